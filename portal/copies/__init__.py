"""Copies of a filed return (申告書の控え) for the resident: PDF, XML and a calendar."""
