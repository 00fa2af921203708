"""Which language a book is in: English or Russian are read, others are named and refused."""

from __future__ import annotations

import re
from collections import Counter

from bookfilm.records.book import Language

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 400_000

_COMMON_WORDS = {
    "English": "the and of to a in that he was it his her i with you as for had is she not but at on be have him my"
    " they all me so we this from said there were which no or by one when what if an would them",
    "French": "le la les des et de un une est que qui dans il elle ne pas pour sur avec ce je vous du au en",
    "German": "der die das und ist nicht ein eine zu den mit sich von er sie auf ich dem es war wie aber auch",
    "Spanish": "el la los las de que y en un una no se por con su para es lo del al como más pero le había",
    "Italian": "il la di che e un una non per con si del della le gli i lo era come sono ma da al nel",
    "Portuguese": "o a os as de que e em um uma não se por com para do da no na mais como ele ao",
    "Dutch": "de het een en van ik te dat die in hij niet zijn is was op aan met als voor er maar om",
    "Polish": "i w nie na się z że do to jest jak o po ale za był co od ja tak przez",
    "Finnish": "ja on ei se hän että oli joka mutta niin kuin ne kun minä sitä hänen olla",
    "Swedish": "och att det i en jag hon som han på den med var sig för så till är men ett",
    "Latin": "et in est non ad ut cum qui quod sed si per ex de quae ab esse sunt hoc",
    "Russian": "и в не на что он с я как это а то все она так его но ты к у же вы за бы по ее мне было вот от меня"
    " о из ему еще нет для если был до когда только ни",
    "Ukrainian": "і в не на що він з я як це а та вона й його але ти до у ж ви за би її мені було від мене",
    "Bulgarian": "и в не на че той с аз как това а се тя така го но ти към у да за би по са от ме който ще си",
    "Serbian": "и у не на да он са ја како то а се она тако га али ти ка је за би по су од ме који ће",
}
_COMMON = {name: frozenset(words.split()) for name, words in _COMMON_WORDS.items()}
_CYRILLIC = ("Russian", "Ukrainian", "Bulgarian", "Serbian")
_CODES = {"en": "en", "eng": "en", "english": "en", "ru": "ru", "rus": "ru", "russian": "ru"}


class OtherLanguage(ValueError):
    """The text is in a language that is not read; the message names it as well as it can be told."""


def tell_language(text: str, declared: str | None = None) -> Language:
    """Return the language of `text`. `declared` (a code from the metadata) decides only where words are too few.

    Raises OtherLanguage.
    """
    words = Counter(word.lower() for word in _WORD.findall(text[:_SAMPLE]))
    total = sum(words.values())
    letters = Counter(_script(letter) for word in words for letter in word)
    if not total:
        raise OtherLanguage("it has no words")
    script = max(letters, key=lambda name: letters[name])
    if script not in ("Latin", "Cyrillic"):
        raise OtherLanguage("it is written in a script other than Latin or Cyrillic; English and Russian are read")
    known = _CODES.get((declared or "").strip().lower().split("-")[0].split("_")[0])
    names = _CYRILLIC if script == "Cyrillic" else tuple(name for name in _COMMON if name not in _CYRILLIC)
    shares = {name: sum(words[word] for word in _COMMON[name]) / total for name in names}
    best = max(shares, key=lambda name: shares[name])
    wanted: Language = "ru" if script == "Cyrillic" else "en"
    mine = "Russian" if wanted == "ru" else "English"
    if total < 40 and shares[best] - shares[mine] < 0.1 and (known == wanted or known is None):
        return wanted
    if shares[mine] >= shares[best] - 0.01 and (shares[mine] >= 0.08 or total < 40) and not _foreign(words, mine):
        return wanted
    if shares[best] < 0.05:
        raise OtherLanguage("it is not running text in English or Russian")
    named = best if best != mine else "a language other than English or Russian"
    raise OtherLanguage(f"it seems to be in {named}; English and Russian are read")


def _script(letter: str) -> str:
    code = ord(letter)
    if code < 0x250 or 0x1E00 <= code < 0x1F00:
        return "Latin"
    return "Cyrillic" if 0x400 <= code < 0x530 else "other"


def _foreign(words: Counter[str], mine: str) -> bool:
    """Return whether letters that Russian lacks are frequent; і stands in its older spelling, beside ѣ."""
    if mine != "Russian":
        return False
    letters: Counter[str] = Counter()
    for word, count in words.items():
        for letter in set(word):
            letters[letter] += count
    if letters["ѣ"]:
        return False
    return sum(letters[letter] for letter in "іїєґўђјљњћџқғүұңһө") > 0.03 * sum(words.values())
