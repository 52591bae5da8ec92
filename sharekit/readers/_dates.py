"""Dates as posts, feeds and pages write them. Nothing is guessed: what is ambiguous is no date.

`parse` keeps the offset that was written, and says when none was; `in_zone` then gives it the
zone of the source, or UTC, and says that it did.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal, TypeAlias

from sharekit.errors import UserError
from sharekit.text.zones import zone_named

__all__ = ["MONTHS", "Moment", "Order", "aware", "in_zone", "parse"]

Order: TypeAlias = Literal["dmy", "mdy"] | None
"""What `08/03/2018` means: the day first, the month first, or nobody knows."""

# English, German, French, Spanish, Italian, Portuguese, Dutch, Danish, Norwegian, Swedish, Finnish,
# Polish, Czech, Russian, Turkish: as they stand in dates, whole and in their usual short forms.
# https://cldr.unicode.org/translation/date-time/date-time-patterns
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            (
                "jan january januar jänner januari janvier janv enero ene gennaio gen janeiro "
                "tammikuuta stycznia sty ledna января янв ocak"
            ),
            (
                "feb february februar feber februari février févr fév febrero febbraio febb "
                "fevereiro fev helmikuuta lutego lut února февраля фев şubat"
            ),
            (
                "mar march märz mär mrz maart mrt mars marzo março marts maaliskuuta marca března "
                "марта мар mart"
            ),
            "apr april avril avr abril abr aprile huhtikuuta kwietnia kwi dubna апреля апр nisan",
            "may mai mayo maggio mag maio mei maj toukokuuta maja května мая mayıs",
            (
                "jun june juni juin junio giugno giu junho kesäkuuta czerwca cze června июня июн "
                "haziran"
            ),
            (
                "jul july juli juillet juil julio luglio lug julho heinäkuuta lipca lip července "
                "июля июл temmuz"
            ),
            (
                "aug august augustus augusti août aout agosto ago elokuuta sierpnia sie srpna "
                "августа авг ağustos"
            ),
            (
                "sep sept september septembre septiembre setiembre settembre sett setembro set "
                "syyskuuta września wrz září сентября сен eylül"
            ),
            (
                "oct october oktober okt octobre octubre ottobre ott outubro out lokakuuta "
                "października paź října октября окт ekim"
            ),
            (
                "nov november novembre noviembre novembro marraskuuta listopada lis listopadu "
                "ноября ноя kasım"
            ),
            (
                "dec december dezember dez décembre déc diciembre dic dicembre dezembro desember "
                "des joulukuuta grudnia gru prosince декабря дек aralık"
            ),
        ),
        1,
    )
    for name in names.split()
}
# Hours from UTC. RFC 822 section 5.1, and those whose letters mean one zone among news and blogs.
_ZONES = {
    "utc": 0, "gmt": 0, "ut": 0, "z": 0, "wet": 0, "bst": 1, "cet": 1, "met": 1, "west": 1,
    "cest": 2, "eet": 2, "sast": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13, "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6,
    "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip

_TIME = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?"
    r"[ \u00a0\u202f]*(?P<half>[ap]\.?m\b\.?)?"
)
_OFFSET = (
    r"(?P<zone>[+-]\d{1,2}:?\d\d|[+-]\d\d(?::\d)?|(?:UTC|GMT)[+-]\d\d?:?(?:\d\d)?"
    r"|[A-Z]\w+(?:/[\w+-]+)+|[A-Za-z]{1,5}\b)"
)
_TAIL = (
    rf"(?:(?:[T ,–|•·-]|,?\s+(?:at|um|à|kl\.?|alle|a las|-)\s+)[\s,]*"
    rf"{_TIME}[ ]*{_OFFSET}?(?:[ ]*\([^()]*\))?)?\s*$"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?[ ]+)?"
# A weekday of any language: it says nothing that the date does not.
_ANY_DAY = r"(?:(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}|[^\W\d_]{2,12})\.?,?[ ]+)?"
_NAMED = r"(?P<name>[^\W\d_]{3,12})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º)?"
_COMPACT_TIME = rf"(?:T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?{_OFFSET}?)?\s*$"
_FORMS = (
    rf"(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep){_DAY}{_TAIL}",
    rf"{_WEEKDAY}{_NAMED}[ ]+{_DAY}[,]?[ ]+(?P<year>\d{{4}}){_TAIL}",
    (
        rf"{_ANY_DAY}{_DAY}\.?(?:[ ]+(?:of|de))?[ -]*{_NAMED}[, -]+(?:(?:de|del)[ ]+)?"
        rf"(?P<year>\d{{4}}){_TAIL}"
    ),
    (
        rf"(?P<year>\d{{4}})[年년][ ]?(?P<month>\d{{1,2}})[月월][ ]?(?P<day>\d{{1,2}})[日일]"
        rf"(?:[ ]*{_TIME})?\s*$"
    ),
    # C's ctime and the shell's date
    rf"{_WEEKDAY}{_NAMED}[ ]+{_DAY}[ ]+{_TIME}[ ]+(?:{_OFFSET}[ ]+)?(?P<year>\d{{4}})\s*$",
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)" + _COMPACT_TIME,
)
_NUMERIC = (
    rf"{_WEEKDAY}(?P<first>\d{{1,2}})(?P<sep>[-/.])"
    rf"(?P<other>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}){_TAIL}"
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as it was written: *when* is naive where no zone was; *timed* says if a time was."""

    when: datetime
    timed: bool


def parse(said: str | datetime | date | None, order: Order = None) -> Moment | None:
    """The moment that *said* means, or `None` where it is no date or could be two.

    Takes ISO 8601 and its looser cousins, RFC 822, `March 8, 2018`, Drupal's
    `Thursday, March 8, 2018 - 11:45am`, `8 March 2018 5 pm`, and seconds since 1970.
    `08.03.2018` is the 8th of March. `08/03/2018` is taken only where *order* says which comes
    first, where one of the numbers cannot be a month, or where a weekday decides. A zone in
    letters that is not known counts as none.
    """
    if isinstance(said, datetime):
        return Moment(said, timed=True)
    if isinstance(said, date):
        return Moment(datetime(said.year, said.month, said.day), timed=False)  # noqa: DTZ001
    text = " ".join(str(said or "")[:100].split())
    if len(text) < 8:
        return None
    try:
        return _iso(text) or _form(text, order) or _mail(text) or _epoch(text)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> Moment | None:
    if text[4:5] != "-" or "W" in text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _sane(Moment(when, timed=len(text) > 10))


@functools.cache
def _compiled(form: str) -> re.Pattern[str]:
    """Compiled when first tried: most sources write their dates in one form, the first."""
    return re.compile(form, re.IGNORECASE)


def _form(text: str, order: Order) -> Moment | None:
    for form in _FORMS:
        if found := _compiled(form).match(text):
            values = found.groupdict()
            month = values.get("month") or MONTHS.get((values.get("name") or "").lower())
            if month:
                return _moment(values, int(month), int(values["day"]))
    found = _compiled(_NUMERIC).match(text)
    return _numeric(found.groupdict(), order) if found else None


def _numeric(values: dict[str, str | None], order: Order) -> Moment | None:
    """`08/03/2018`, if only one reading is a date, or only one falls on the day that is named."""
    first, other = int(values["first"] or 0), int(values["other"] or 0)
    readings = {"mdy": (first, other), "dmy": (other, first)}
    if values["sep"] == ".":  # written with dots, the day comes first everywhere
        order = "dmy"
    found = []
    for month, day in {readings[order]} if order else set(readings.values()):
        try:
            found.append(_moment(values, month, day))
        except ValueError:
            continue
    moments = [moment for moment in found if moment]
    if len(moments) > 1 and (name := values["weekday"]):
        number = _WEEKDAYS.index(name.lower())
        moments = [moment for moment in moments if moment.when.weekday() == number]
    return moments[0] if len(moments) == 1 else None


def _moment(values: dict[str, str | None], month: int, day: int) -> Moment | None:
    year = int(values["year"] or 0)
    hour = values.get("hour")
    if hour is None:
        return _sane(Moment(datetime(year, month, day), timed=False))  # noqa: DTZ001
    half = values.get("half")
    if values["minute"] is None and not half:
        return None  # a lone number is no time
    clock = int(hour)
    if half:
        if not 1 <= clock <= 12:
            return None
        clock = clock % 12 + 12 * (half[0] in "pP")
    second = min(int(values["second"] or 0), 59)  # a leap second
    micro = int(((values.get("fraction") or "") + "000000")[:6])
    zone_said = values.get("zone")
    offset = _offset(zone_said) if zone_said else None
    when = datetime(year, month, day, clock, int(values["minute"] or 0), second, micro, offset)
    return _sane(Moment(when, timed=True))


def _mail(text: str) -> Moment | None:
    """RFC 822 with what mail programs make of it, such as two digits for the year."""
    from email.utils import parsedate_tz

    found = parsedate_tz(text)
    if found is None or not re.search(r"\d:\d\d|[A-Za-z]{3}", text):
        return None
    offset = timezone(timedelta(seconds=found[9])) if found[9] is not None else None
    return _sane(Moment(datetime(*found[:6], tzinfo=offset), timed=":" in text))


def _epoch(text: str) -> Moment | None:
    if not _EPOCH.fullmatch(text):
        return None
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    return Moment(datetime.fromtimestamp(seconds, UTC), timed=True)


def _sane(moment: Moment) -> Moment | None:
    """Years that only a zero date or a slip gives are no dates."""
    return moment if 1900 <= moment.when.year <= 2999 else None


def _offset(said: str) -> tzinfo | None:
    if "/" in said:
        try:
            return zone_named(said)
        except UserError:
            return None
    name = said.lower()
    if name in _ZONES:
        return UTC if _ZONES[name] == 0 else timezone(timedelta(hours=_ZONES[name]))
    digits = re.sub(r"[^0-9]", "", said)
    if not digits:
        return None
    hours, minutes = (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if "-" in said else delta)


def in_zone(when: datetime, name: str | None) -> tuple[datetime, bool]:
    """*when* with a zone: its own, else the zone *name*, else UTC; and whether that was assumed."""
    if when.tzinfo is not None:
        return when, False
    return when.replace(tzinfo=zone_named(name) if name else UTC), name is None


def aware(
    said: str | datetime | date | None, name: str | None, order: Order = None
) -> tuple[datetime | None, bool]:
    """`parse`, then `in_zone`: the time that *said* means, and whether its zone was assumed."""
    moment = parse(said, order)
    return in_zone(moment.when, name) if moment else (None, False)
