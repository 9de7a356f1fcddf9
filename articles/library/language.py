"""The names of languages by their codes, for references to works that are not in English."""

from collections.abc import Mapping

CODES: Mapping[str, str] = {
    "Afrikaans": "af afr",
    "Albanian": "sq alb sqi",
    "Arabic": "ar ara",
    "Armenian": "hy arm hye",
    "Azerbaijani": "az aze",
    "Basque": "eu baq eus",
    "Bosnian": "bs bos",
    "Bulgarian": "bg bul",
    "Catalan": "ca cat",
    "Chinese": "zh chi zho cmn",
    "Croatian": "hr hrv scr",
    "Czech": "cs cze ces",
    "Danish": "da dan",
    "Dutch": "nl dut nld",
    "Estonian": "et est",
    "Finnish": "fi fin",
    "French": "fr fre fra",
    "Galician": "gl glg",
    "Georgian": "ka geo kat",
    "German": "de ger deu",
    "Greek": "el gre ell",
    "Hebrew": "he heb",
    "Hindi": "hi hin",
    "Hungarian": "hu hun",
    "Icelandic": "is ice isl",
    "Indonesian": "id ind",
    "Italian": "it ita",
    "Japanese": "ja jpn",
    "Korean": "ko kor",
    "Latin": "la lat",
    "Latvian": "lv lav",
    "Lithuanian": "lt lit",
    "Macedonian": "mk mac mkd",
    "Malay": "ms may msa",
    "Norwegian": "no nor nb nob nn nno",
    "Persian": "fa per fas",
    "Polish": "pl pol",
    "Portuguese": "pt por",
    "Romanian": "ro rum ron",
    "Russian": "ru rus",
    "Serbian": "sr srp scc",
    "Slovak": "sk slo slk",
    "Slovenian": "sl slv",
    "Spanish": "es spa",
    "Swedish": "sv swe",
    "Thai": "th tha",
    "Turkish": "tr tur",
    "Ukrainian": "uk ukr",
    "Vietnamese": "vi vie",
}
"""Languages of works in PubMed, with their codes of two and three letters (ISO 639-1 and 639-2, MARC)."""

NAMES: Mapping[str, str] = {code: name for name, codes in CODES.items() for code in [name.casefold(), *codes.split()]}


def foreign_language(language: str) -> str:
    """Return the English name of ``language``, a name or a code such as ``nor`` or ``nb-NO``.

    Empty for English and for anything unknown.
    """
    word = language.strip().casefold()
    return NAMES.get(word) or NAMES.get(word.replace("_", "-").partition("-")[0], "")
