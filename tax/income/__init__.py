"""所得金額: from what was received to 合計所得金額 and 総所得金額等."""
