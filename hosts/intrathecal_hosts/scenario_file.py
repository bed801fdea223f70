"""Reads a scenario file: TOML, strictly. Whatever is wrong is one line that names the file, the key and the reason."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Final, TypeVar, get_args, get_origin

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn

from intrathecal import Alarm, Authority, Drive, DrugClass, Fault, LimitSource, MriPolicy, Reason
from intrathecal.quantities import DailyMass, Duration, Flow, Mass, Quantity, Ratio, Volume
from intrathecal_hosts import befalling, units_text
from intrathecal_hosts.agenda import agenda
from intrathecal_hosts.amounts import ml_exactly, spoken_of_in_micrograms
from intrathecal_hosts.circumstances import InHardware, Outage, ReadingLevel
from intrathecal_hosts.deeds import ChangingSolution, Refilling
from intrathecal_hosts.device_text import DeviceByFields, DeviceByModel
from intrathecal_hosts.happening import Happening
from intrathecal_hosts.orders import event_of
from intrathecal_hosts.plant.plant import THOUSAND
from intrathecal_hosts.scenario import HAPPENINGS, ScenarioText
from intrathecal_hosts.solution_text import IngredientText
from intrathecal_hosts.solutions import device_of, drug_of, protocol_of, solution_of
from intrathecal_hosts.therapy import DrugName, Due, Scenario, ScenarioError, keyed
from intrathecal_hosts.units_text import UNITS, Amount, Balance, Deviation, Part, Rate, Warmth

Made = TypeVar("Made")
Named = TypeVar("Named", bound=IntEnum)

REPEATS_MOST: Final = 10_000
"""How often one event of a file may happen."""
WHOLE_MOST: Final = 10**18
"""The largest number of any key that takes a bare one."""


def read(path: Path) -> Scenario:
    """The scenario in the file at `path`.

    Raises `ScenarioError`, one line, if the file cannot be read, is no TOML or no scenario, or asks for what no event
    can say.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as reason:
        raise ScenarioError(f"{path}: cannot be read: {reason.strerror}") from reason
    except UnicodeDecodeError as reason:
        raise ScenarioError(f"{path}: cannot be read: {reason}") from reason
    except tomllib.TOMLDecodeError as reason:
        raise ScenarioError(f"{path}: is no TOML: {reason}") from reason
    except ValueError as reason:  # what is left: digits that Python makes no number of
        raise ScenarioError(f"{path}: holds a number of more than {sys.get_int_max_str_digits()} digits") from reason
    except RecursionError as reason:
        raise ScenarioError(f"{path}: holds tables or lists that are nested too deeply") from reason
    try:
        return _made(_STRICT.structure(table, ScenarioText))
    except cattrs.BaseValidationError as reason:
        lines = cattrs.transform_error(reason, path="", format_exception=_reason)
        raise ScenarioError(f"{path}: {_first(lines)}") from reason
    except ScenarioError as reason:
        raise ScenarioError(f"{path}: {reason}") from reason


def _made(text: ScenarioText) -> Scenario:
    scenario = Scenario(
        title=text.title,
        until=text.until.seconds,
        device=_keyed("device", lambda: device_of(text.device)),
        solution=_keyed("solution", lambda: solution_of(text.solution)),
        drugs=_keyed("solution", lambda: _drug_names(text)),
        happenings=text.event,
        expect=text.expect,
        protocol=_keyed("trial", lambda: protocol_of(text.trial)),
        attended=text.attended,
    )
    _check_order(scenario)
    _check_agenda(scenario)
    _check_truth(scenario)
    _check_needles(scenario)
    for key, happening in keyed(scenario):
        if not isinstance(happening, Outage | InHardware | ReadingLevel):
            first = Due(at=happening.at.seconds, key=key, happening=happening)
            event_of(scenario, scenario.beginning, first, number=1)
    befalling.check(scenario)
    return scenario


def _keyed(key: str, make: Callable[[], Made]) -> Made:
    try:
        return make()
    except (ValueError, TypeError, KeyError) as reason:
        raise ScenarioError(f"{key}: {reason}") from reason


def _check_order(scenario: Scenario) -> None:
    last = 0
    for key, happening in keyed(scenario):
        if happening.at.seconds < last:
            raise ScenarioError(f"{key}.at: lies before the event above it; events stand in order of time")
        if not 1 <= happening.times <= REPEATS_MOST:
            raise ScenarioError(f"{key}.times: {happening.times} is outside 1 to {REPEATS_MOST}")
        if happening.every is not None and happening.every.seconds == 0:
            raise ScenarioError(f"{key}.every: is 0 s, takes more")
        if (happening.times > 1) != (happening.every is not None):
            raise ScenarioError(f"{key}.every: an event that happens more than once takes 'every' and 'times'")
        last = happening.at.seconds


def _check_agenda(scenario: Scenario) -> None:
    back = 0
    for due in agenda(scenario):
        ends = due.at + (due.happening.duration.seconds if isinstance(due.happening, Outage) else 0)
        if due.at < back:
            raise ScenarioError(f"{due.key}.at: the host is away then, no event can be delivered")
        if ends > scenario.until:
            raise ScenarioError(f"{due.key}.at: lies after the scenario's end ('until')")
        back = ends


def _check_truth(scenario: Scenario) -> None:
    names = [drug.name for drug in scenario.drugs]
    for place, dose in enumerate(scenario.expect.truth.doses):
        key = f"expect.truth.doses[{place}]"
        until = scenario.until if dose.until is None else dose.until.seconds
        if dose.drug not in names:
            raise ScenarioError(f"{key}.drug: takes one of {', '.join(names)}, not {dose.drug!r}")
        if not dose.since.seconds < until <= scenario.until:
            raise ScenarioError(f"{key}.until: lies before 'since', or after the scenario's end")


def _check_needles(scenario: Scenario) -> None:
    for key, happening in keyed(scenario):
        if not isinstance(happening, Refilling | ChangingSolution):
            continue
        told = THOUSAND * happening.filled.quanta
        came, missed = happening.truly.came(told), happening.truly.missed(told)
        if came + missed > told:
            volumes = [ml_exactly(each // THOUSAND) for each in (came, missed, told)]
            reason = "{} in the reservoir and {} beside the pump are more than the {} that are told".format(*volumes)
            raise ScenarioError(f"{key}.truly: {reason}")


def _drug_names(text: ScenarioText) -> tuple[DrugName, ...]:
    """The drugs of the solution and of those that it is changed for, each once."""
    changed = [
        ingredient for event in text.event if isinstance(event, ChangingSolution) for ingredient in event.solution
    ]
    names: dict[str, DrugName] = {}
    for ingredient in (*text.solution, *changed):
        drug = _drug_name(ingredient)
        for other in names.values():
            if (other.name == drug.name) != (other.code == drug.code):
                told = f"{other.name!r} of code {other.code} and {drug.name!r} of code {drug.code}"
                raise ValueError(f"{told}: a drug has one name and one code")
        names[drug.name] = drug
    return tuple(names.values())


def _drug_name(ingredient: IngredientText) -> DrugName:
    drug = drug_of(ingredient)
    in_micrograms = spoken_of_in_micrograms(drug.hard)
    return DrugName(
        name=ingredient.name,
        code=drug.code,
        unit="ug" if in_micrograms else "mg",
        nanograms=1_000 if in_micrograms else 1_000_000,
    )


def _named(value: object, kind: type[Named]) -> Named:
    names = {member.name.lower(): member for member in kind}
    if not isinstance(value, str) or value.lower() not in names:
        spoken = [member.name if kind in (Alarm, Reason) else name for name, member in names.items()]
        raise ValueError(f"takes one of {', '.join(spoken)}, not {value!r}")
    return names[value.lower()]


def _expected(value: object, _: object) -> Reason:
    return Reason.NONE if value == "accepted" else _named(value, Reason)


def _exactly(kind: type[Made]) -> Callable[[object, object], Made]:
    def structure(value: object, _: object) -> Made:
        if type(value) is not kind:
            raise ValueError(f"takes {_SPOKEN[kind]}, not {value!r}")
        if isinstance(value, int) and abs(value) > WHOLE_MOST:
            raise ValueError(f"takes a whole number of at most {WHOLE_MOST}, either way")
        return value

    return structure


_SPOKEN: Final[dict[type, str]] = {bool: "true or false", int: "a whole number", str: "a text"}


def _happening(value: object, _: object) -> Happening:
    kinds = f"takes one of {', '.join(HAPPENINGS)}"
    if not isinstance(value, dict):
        raise ValueError("takes a table")
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in HAPPENINGS:
        raise ValueError(f"kind {kinds}, not {kind!r}")
    fields = {key: field for key, field in value.items() if key != "kind"}
    return _STRICT.structure(fields, HAPPENINGS[kind])


def _device(value: object, _: object) -> DeviceByModel | DeviceByFields:
    if not isinstance(value, dict):
        raise ValueError("takes a table")
    if "model" in value:
        return _STRICT.structure(value, DeviceByModel)
    return _STRICT.structure(value, DeviceByFields)


def _rate(value: object, _: object) -> Quantity:
    return units_text.quantity(value, DailyMass, Flow)


def _amount(value: object, _: object) -> Quantity:
    return units_text.quantity(value, Mass, Volume)


def _part(value: object, _: object) -> Quantity:
    return units_text.quantity(value, Volume, Ratio)


def _table(strict: cattrs.Converter, kind: type[Made]) -> Callable[[object, object], Made]:
    read_table = make_dict_structure_fn(kind, strict)

    def structure(value: object, _: object) -> Made:
        if not isinstance(value, dict):
            raise ValueError(f"takes a table, not {value!r}")
        return read_table(value, kind)

    return structure


def _is_list(kind: object) -> bool:
    return get_origin(kind) is tuple


def _list(strict: cattrs.Converter, kind: type[Made]) -> Callable[[object, object], tuple[Made, ...]]:
    """Of a tuple of any length."""
    (each, _) = get_args(kind)

    def structure(value: object, _: object) -> tuple[Made, ...]:
        if not isinstance(value, list):
            raise ValueError(f"takes a list, not {value!r}")
        return tuple(strict.structure(value, list[each]))  # type: ignore[valid-type]  # known while it runs

    return structure


def _converter() -> cattrs.Converter:
    strict = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    strict.register_structure_hook_factory(attrs.has, lambda kind: _table(strict, kind))
    strict.register_structure_hook_factory(_is_list, lambda kind: _list(strict, kind))
    for plain in _SPOKEN:
        strict.register_structure_hook(plain, _exactly(plain))
    for kind in UNITS:
        strict.register_structure_hook(kind, units_text.quantity)
    strict.register_structure_hook(Balance, lambda value, _: units_text.balance(value))
    strict.register_structure_hook(Duration, lambda value, _: units_text.duration(value))
    strict.register_structure_hook_func(lambda kind: kind in (Rate, Rate | None), _rate)
    strict.register_structure_hook_func(lambda kind: kind == Amount, _amount)
    strict.register_structure_hook_func(lambda kind: kind == Part | None, _part)
    strict.register_structure_hook(Deviation, lambda value, _: units_text.deviation(value))
    strict.register_structure_hook(Warmth, lambda value, _: units_text.warmth(value))
    for names in (Alarm, Authority, Drive, DrugClass, Fault, LimitSource, MriPolicy):
        strict.register_structure_hook(names, _named)
    strict.register_structure_hook(Reason, _expected)
    strict.register_structure_hook_func(lambda kind: kind is Happening, _happening)
    strict.register_structure_hook_func(lambda kind: kind == DeviceByModel | DeviceByFields, _device)
    return strict


_STRICT: Final = _converter()


_NO_KEY: Final = "knows no key"


def _reason(fault: BaseException, _: type | None) -> str:
    if isinstance(fault, KeyError):
        return "is missing"
    if isinstance(fault, cattrs.ForbiddenExtraKeysError):
        return f"{_NO_KEY} {', '.join(repr(key) for key in sorted(fault.extra_fields))}"
    return str(fault)


def _first(lines: list[str]) -> str:
    """The fault to mend first: an unknown key, often a key misspelt, before what that leaves missing."""
    reason, _, key = min(lines, key=lambda line: not line.startswith(_NO_KEY)).rpartition(" @ ")
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    return f"{key.removeprefix('.') or 'the scenario'}: {reason}{more}"
