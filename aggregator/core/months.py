"""Names of months as many languages write them in dates, and which month a word means."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import cache

_NAMES = {
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta "
    "joulukuuta",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "hr": "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "lt": "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "sk": "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "sr": "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
}
_ENGLISH = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_SHORTEST = 3  # letters of a short form


def english(word: str, language: str) -> str:
    """The month that a word of a language means, in English; "" where it means none, or as a short form several.

    A whole name gives a whole one, a short form three letters. Without a language the word has to mean one month wherever it is one.
    """
    return _meanings(language.partition("-")[0].lower().replace("no", "nb")).get(_plain(word), "")


@cache
def _meanings(language: str) -> dict[str, str]:
    """English names by words: of one language, or of all for ""."""
    meant: dict[str, set[int]] = defaultdict(set)
    whole: set[str] = set()
    for names in [_NAMES.get(language, "")] if language else _NAMES.values():
        for number, name in enumerate(_plain(names).split()):
            whole.add(name)
            for length in range(_SHORTEST, len(name) + 1):
                meant[name[:length]].add(number)
    certain = {word: _ENGLISH[min(numbers)] for word, numbers in meant.items() if len(numbers) == 1}
    return {word: name if word in whole else name[:3] for word, name in certain.items()}


def _plain(words: str) -> str:
    """In small letters without accents, which short forms leave out."""
    return "".join(sign for sign in unicodedata.normalize("NFD", words.lower()) if not unicodedata.combining(sign))
