"""Languages and their scopes (訳す範囲): what each catalogue has to hold, by the source's path."""

from dataclasses import dataclass

from config.translations.sources import SECTION

# What only staff read stays Japanese.
STAFF = ("exchange/", "relay/", "review/", "templates/review/", "templates/staff_base.html")
# The pages that a language begins with: landing, "do I need to file?", the hub, and their frame.
FIRST_PAGES = (
    *("config/forms.py", "config/templatetags/design.py"),
    *("portal/checker.py", "portal/estimate.py", "portal/interview/sections/__init__.py"),
    *("portal/views/hub.py", "portal/years.py"),
    *("templates/base.html", "templates/portal_base.html", "templates/forms/"),
    *(f"templates/components/{name}.html" for name in ("back_link", "estimate", "language_switch")),
    *(f"templates/components/{name}.html" for name in ("notice", "steps", "task_list")),
    "templates/components/task_state.html",
    *(f"templates/portal/{name}.html" for name in ("checker", "hub", "landing", "return_base")),
    *(f"templates/portal/parts/{name}.html" for name in ("amendment", "session")),
    # Of the libraries' texts: the names of deductions in the estimate, the city and its offices.
    *("config/municipalities/", "tax/savings.py"),
)


@dataclass(frozen=True)
class Catalogue:
    """The catalogues of one language: the folder's name, plural forms, and how far they reach."""

    folder: str
    plural: str
    complete: bool = False

    @property
    def forms(self) -> int:
        return 2 if "nplurals=2" in self.plural else 1

    def needs(self, files: list[str]) -> bool:
        """Tell whether a message of these files belongs into the language's catalogue."""
        read = [file for file in files if not file.startswith(STAFF)]
        return bool(read) and self.needs_text(read)

    def needs_text(self, files: list[str]) -> bool:
        """Tell the same of a text that residents read whatever file it stands in."""
        first = (file.startswith(FIRST_PAGES) or file.endswith(f":{SECTION}") for file in files)
        return self.complete or any(first)


ONE = "nplurals=1; plural=0;"
TWO = "nplurals=2; plural=(n != 1);"
TWO_FROM_TWO = "nplurals=2; plural=(n > 1);"
CATALOGUES = (
    Catalogue("en", TWO, complete=True),
    # やさしい日本語. Django looks for exactly this spelling of "ja-easy".
    Catalogue("ja_Easy", ONE, complete=True),
    Catalogue("ko", ONE),
    Catalogue("ne", TWO),
    Catalogue("pt_BR", TWO_FROM_TWO),
    Catalogue("tl", TWO_FROM_TWO),
    Catalogue("vi", ONE),
    Catalogue("zh_Hans", ONE),
    Catalogue("zh_Hant", ONE),
)
