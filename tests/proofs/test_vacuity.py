"""What is proven of nothing is found out, and what is not has its witness."""

from __future__ import annotations

from random import Random

import pytest
from attrs import evolve

from intrathecal import Device, Mode, Pump, Step, Tick, step
from intrathecal.pump import Phase
from intrathecal.verdict import Reason
from intrathecal_proofs.histories.happenings import Happening, Onlooker
from intrathecal_proofs.machinery.evaluation import Leaves
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.terms import TRUE, Truth, at_most, const, multiply, variable
from intrathecal_proofs.machinery.values import Record
from intrathecal_proofs.monitor import broken_by_state
from intrathecal_proofs.vacuity import witnesses
from intrathecal_proofs.vacuity.conclusions import Mixer, concluded
from intrathecal_proofs.vacuity.conditions import Seen, Side, Sides, conditions_of_claims, watched
from intrathecal_proofs.vacuity.findings import Finding, Kind, Verdict, Witnesses
from intrathecal_proofs.vacuity.played import ARBITRARY, LIVES
from intrathecal_proofs.vacuity.premises import Key, Premises, Stage, collected, solved, witnessed
from intrathecal_proofs.vacuity.remarks import is_proven
from intrathecal_proofs.vacuity.scenery import (
    Scene,
    left_by,
    lived,
    of_kind,
    waited,
    with_further_events,
    with_moved_states,
    with_other_events,
)
from intrathecal_proofs.vacuity.sides import asked, settled, sides_met
from intrathecal_proofs.vacuity.witnesses import first_shown, handled, pooled, refusals, without_any, work_for

SEED = 20_261_123
X, Y = variable("x"), variable("y")


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return lived(10, 15, SEED)


# -- premises -------------------------------------------------------------------------------------------------------


def setting(*premises: Truth) -> Setting:
    return Setting("made for the test", "*", {"x": X, "y": Y}, premises, (), ("x", "y"), frozenset())


def nothing() -> Stage:
    """No scene."""
    return Stage([], Leaves(), Random(SEED))


def test_premises_that_contradict_each_other_are_impossible() -> None:
    found = solved(Premises("a way", setting(at_most(X, const(3)), at_most(const(4), X)), obligations=7), nothing())
    assert (found.verdict, found.obligations) == (Verdict.IMPOSSIBLE, 7)


def test_products_are_given_back_before_values_count() -> None:
    # 6 = x y with both at least 2, and x the less: 2 and 3 alone.
    product = multiply(X, Y)
    at_least = (at_most(const(2), X), at_most(const(2), Y), at_most(X, Y))
    found = solved(
        Premises("a way", setting(*at_least, at_most(product, const(6)), at_most(const(6), product))), nothing()
    )
    assert (found.verdict, found.values) == (Verdict.ARBITRARY, "x = 2; y = 3")


def test_what_obligations_of_one_setting_rest_on_is_asked_together() -> None:
    one = setting(at_most(X, const(3)))
    found: dict[Key, Premises] = {}
    collected([Obligation("a", one, TRUE), Obligation("b", evolve(one, proven=(at_most(const(4), X),)), TRUE)], found)
    (premises,) = found.values()
    assert premises.obligations == 2
    assert solved(premises, nothing()).verdict is Verdict.IMPOSSIBLE


def test_every_way_through_a_handler_is_reached_in_a_life(scenes: list[Scene]) -> None:
    leaves = Leaves()
    mine = [scene for scene in scenes if isinstance(scene.happening.event, Tick)]
    stage = Stage(mine, leaves, Random(SEED))
    for premises, reason in handled(Lifted(contracts=leaves), Tick):
        assert reason is None
        found = witnessed(premises, stage)
        assert found.verdict is Verdict.REACHED
        assert found.why.startswith("life ")


def test_other_scenes_are_drawn_only_for_what_is_unknown(monkeypatch: pytest.MonkeyPatch, scenes: list[Scene]) -> None:
    shown = {(0, "easy"), (1, "rare")}
    asked: list[tuple[int, str]] = []

    def looked(premises: Premises, stage: Stage) -> Finding:
        asked.append((len(stage.scenes), premises.name))
        return finding(Verdict.REACHED if asked[-1] in shown else Verdict.UNKNOWN, Kind.PREMISE)

    monkeypatch.setattr(witnesses, "witnessed", looked)
    some = [Premises(name, evolve(setting(), label=name)) for name in ("easy", "rare", "never")]
    drawn = iter([nothing(), Stage(scenes[:1], Leaves(), Random(SEED)), nothing()])
    found = first_shown({premises.key: premises for premises in some[:2]}, drawn)
    assert len(list(drawn)) == 1
    assert [each.verdict for each in found.values()] == [Verdict.REACHED, Verdict.REACHED]
    assert asked == [(0, "easy"), (0, "rare"), (1, "rare")]
    (never,) = first_shown({some[2].key: some[2]}, [nothing(), nothing()]).values()
    assert never.verdict is Verdict.UNKNOWN


# -- conclusions ----------------------------------------------------------------------------------------------------


def nothing_at_all(device: Device, before: Pump, event: Tick, after: Step) -> bool:
    """A tautology."""
    return after.verdict.accepted or not after.verdict.accepted


def of_the_types_alone(device: Device, before: Pump, event: Tick, after: Step) -> bool:
    """What the kind of a reason says already."""
    return after.verdict.reason >= Reason.NONE


def of_before_alone(device: Device, before: Pump, event: Tick, after: Step) -> bool:
    """What an invariant says of the pump before."""
    return before.reservoir.remaining >= 0 and before.device == before.device


def a_tick_is_accepted(device: Device, before: Pump, event: Tick, after: Step) -> bool:
    """Something of what comes after."""
    return after.verdict.accepted or event.at < before.now or event.at > before.now + 1_800


def test_a_claim_that_says_nothing_of_what_comes_after_is_trivial(scenes: list[Scene]) -> None:
    mixer = Mixer(of_kind(scenes, Tick), scenes, Random(SEED))
    code = Lifted()
    for claim in (nothing_at_all, of_the_types_alone, of_before_alone):
        assert concluded(claim.__name__, claim, Tick, mixer, code).verdict is Verdict.TRIVIAL
    assert concluded("real", a_tick_is_accepted, Tick, mixer, code).verdict is Verdict.ARBITRARY


# -- conditions -----------------------------------------------------------------------------------------------------


def never_before_time(device: Device, pump: Pump) -> bool:
    """Its left side is never true."""
    early = pump.now < 0
    return not early or pump.mode == Mode.STOPPED


def a_stopped_pump_stands_still(device: Device, pump: Pump) -> bool:
    """Its left side is sometimes true; and the books are in order, which is a conclusion."""
    within = pump.reservoir.remaining >= 0
    return within and (pump.mode != Mode.STOPPED or pump.command.flow == 0)


def one_alternative_is_never_met(device: Device, pump: Pump) -> bool:
    """Of a left side with two alternatives."""
    return not (pump.now < 0 or pump.phase == Phase.IMPLANTED) or pump.now >= 0


def test_a_left_side_that_is_never_true_is_told(scenes: list[Scene]) -> None:
    found = [each.finding for each in conditions_of_claims({"never": never_before_time}, scenes, Random(SEED))]
    assert [each.verdict for each in found] == [Verdict.UNKNOWN]
    assert found[0].name == "never: early"
    assert found[0].why == "never true in any scene"


def test_a_left_side_that_is_true_and_false_has_its_witnesses(scenes: list[Scene]) -> None:
    (seen,) = conditions_of_claims({"stopped": a_stopped_pump_stands_still}, scenes, Random(SEED))
    found = seen.finding
    assert (found.name, found.verdict) == ("stopped: not (pump.mode != Mode.STOPPED)", Verdict.REACHED)
    assert found.why.startswith("false in life ")


def test_an_alternative_of_a_left_side_that_is_never_met_is_told(scenes: list[Scene]) -> None:
    found = [each.finding for each in conditions_of_claims({"two": one_alternative_is_never_met}, scenes, Random(SEED))]
    assert {each.name for each in found if each.verdict is Verdict.UNKNOWN} == {"two: pump.now < 0"}


def it_stands_still_where_it_is_stopped(device: Device, pump: Pump) -> bool:
    """The same, with the conclusion first."""
    return pump.command.flow == 0 or not (pump.mode == Mode.STOPPED or pump.now < 0)


def test_what_is_denied_last_is_a_left_side_too(scenes: list[Scene]) -> None:
    found = conditions_of_claims({"stopped": it_stands_still_where_it_is_stopped}, scenes, Random(SEED))
    verdicts = {each.finding.name: each.finding.verdict for each in found}
    assert verdicts == {
        "stopped: (pump.mode == Mode.STOPPED or pump.now < 0)": Verdict.REACHED,
        "stopped: pump.mode == Mode.STOPPED": Verdict.REACHED,
        "stopped: pump.now < 0": Verdict.UNKNOWN,
    }


def divided(device: Device, pump: Pump) -> bool:
    """Where the flow is 0, Python does not divide by it."""
    return pump.command.flow == 0 or (100 // pump.command.flow >= 0 or pump.now < 0)


def test_what_python_would_not_reach_is_not_seen(scenes: list[Scene]) -> None:
    sides = Sides("divided", divided, Random(SEED))
    sides.look(next(scene for scene in scenes if scene.happening.after.command.flow == 0))
    seen = {sides.watched.sides[key].text: set(values) for key, values in sides.found.items() if values}
    assert seen == {"not (pump.command.flow == 0)": {False}}


# -- refusals and the whole -----------------------------------------------------------------------------------------


def finding(verdict: Verdict, kind: Kind = Kind.REFUSAL, event: str = "Stop") -> Finding:
    return Finding(kind, "DUPLICATE", event, verdict, "life 3, step 17")


def test_a_reason_that_no_event_meets_fails_the_run() -> None:
    def good(*findings: Finding) -> bool:
        return Witnesses(SEED, 10, 15, findings).good

    assert good(finding(Verdict.REACHED), finding(Verdict.IMPOSSIBLE, event="Tick"))
    assert not good(finding(Verdict.IMPOSSIBLE))
    assert not good(finding(Verdict.REACHED), finding(Verdict.UNKNOWN, Kind.PREMISE))
    assert not good()
    assert {each.name for each in without_any([finding(Verdict.REACHED)])} >= {"LOCKOUT", "WINDOW_FULL"}


def test_of_several_ways_to_a_refusal_the_one_that_is_reached_is_told() -> None:
    way = evolve(finding(Verdict.IMPOSSIBLE, Kind.PREMISE), name="decide Stop, path 3")
    (found,) = refusals([(7, way), (7, evolve(way, verdict=Verdict.REACHED)), (None, way)])
    assert (found.name, found.event, found.verdict) == ("DUPLICATE", "Stop", Verdict.REACHED)


def test_other_events_and_moved_states_say_where_they_come_from(scenes: list[Scene]) -> None:
    others = list(with_other_events(scenes, Tick, 50, Random(SEED)))
    states = list(with_moved_states(scenes, 20, Random(SEED)))
    assert all(scene.lived and scene.origin.endswith("with another event") for scene in others)
    assert all(not scene.lived and scene.origin.endswith("with its state moved") for scene in states)


def test_lives_go_on_step_by_step_from_where_they_were(scenes: list[Scene]) -> None:
    further = list(with_further_events(scenes, 60, Random(SEED)))
    assert all(scene.lived and scene.origin.endswith(", and on from there") for scene in further)
    for scene in further:
        h = scene.happening
        assert step(h.device, h.before, h.event) == h.after
    begun = left_by(scenes[0])
    assert waited(begun, 3).pump.now > begun.pump.now


def test_lives_are_played_of_pumps_of_which_every_claim_is_true() -> None:
    def arrival(beginning: Pump) -> Onlooker:
        assert not broken_by_state(beginning)
        return lambda happening: seen.append(happening)

    for play in (*LIVES, *ARBITRARY):
        seen: list[Happening] = []
        play(arrival)
        assert any(happening.after.verdict.accepted or play in ARBITRARY for happening in seen)
        assert all(not broken_by_state(happening.after.pump) for happening in seen[-1:])


def test_what_is_remarked_beyond_contracts_is_proven() -> None:
    assert is_proven()


def test_work_is_named_by_event_or_task() -> None:
    assert work_for("Stop") == work_for("decide Stop") == ["Stop"]
    assert work_for("settle") == ["settle"]
    with pytest.raises(ValueError, match="is neither an event nor a task"):
        work_for("Nothing")


def test_a_pool_brings_what_each_piece_of_work_finds(scenes: list[Scene]) -> None:
    told: list[str] = []
    found = list(pooled(["begin", "settle"], scenes, 2, SEED, lambda name, count: told.append(name)))
    assert sorted(told) == ["begin", "settle"]
    assert {"begin candidate", "begin in_trial", "settle"} <= {each.name for each in found}


# -- sides that no scene shows --------------------------------------------------------------------------------------


def any_pump() -> Setting:
    symbols = Symbols()
    pump = symbols.arbitrary(Pump, "before")
    assert isinstance(pump, Record)
    given = {"device": pump.fields["device"], "pump": pump}
    return Setting("any pump", "*", given, tuple(symbols.facts), (), ("pump",), frozenset())


def no_mode_is_unheard_of(device: Device, pump: Pump) -> bool:
    """Its left side is excluded by what a mode is."""
    unheard_of = pump.mode < Mode.STOPPED
    return not unheard_of or pump.command.flow == 0


def test_a_side_that_can_never_be_is_proven_so_and_one_that_can_has_values() -> None:
    leaves, setting = Leaves(), any_pump()
    code, nothing = Lifted(contracts=leaves), Stage([], leaves, Random(SEED))
    for claim, verdict in (
        (no_mode_is_unheard_of, Verdict.IMPOSSIBLE),
        (a_stopped_pump_stands_still, Verdict.ARBITRARY),
    ):
        met = sides_met(claim, setting, code)
        ((key, _),) = {each for each in met if each[0] in watched("it", claim).sides and each[1]}
        assert asked(claim, (key, True), setting, met[key, True], nothing)[0] is verdict


def test_a_side_is_excluded_only_where_every_way_excludes_it() -> None:
    seen = Seen("it", (1, 0), Side("left", frozenset([True, False])), {False: (Verdict.REACHED, "in life 1, step 2")})
    never, shown, unclear = (Verdict.IMPOSSIBLE, "never"), (Verdict.ARBITRARY, "found"), (Verdict.UNKNOWN, "open")

    def verdict(*answers: tuple[Verdict, str]) -> Verdict:
        return settled(seen, {("it", (1, 0), True): answers}).finding.verdict

    assert verdict(never, never) is Verdict.IMPOSSIBLE
    assert verdict(never, unclear) is verdict() is Verdict.UNKNOWN
    assert verdict(unclear, shown) is Verdict.ARBITRARY


def test_the_sums_name_what_is_impossible_trivial_or_unknown() -> None:
    way = Finding(Kind.PREMISE, "decide Stop, path 3", "Stop", Verdict.IMPOSSIBLE, "they contradict", obligations=4)
    watched = evolve(way, name="step Stop, path 3, Day", obligations=2)
    assert Witnesses(SEED, 10, 15, (way, watched, finding(Verdict.REACHED))).as_json()["summary"] == {
        "premise": {"counts": {"impossible": 2}, "of nothing": 6, "impossible": ["decide Stop, path 3"]},
        "refusal": {"counts": {"reached": 1}, "of nothing": 0},
    }


def test_witnesses_are_counted_for_the_claim_that_they_are_of() -> None:
    failed = Finding(Kind.CONCLUSION, "a_claim", "Stop", Verdict.REACHED, "")
    sides = Finding(Kind.CONDITION, "a_claim: event.at < before.now", "*", Verdict.ARBITRARY, "")
    premise = Finding(Kind.PREMISE, "decide Stop, path 3", "Stop", Verdict.REACHED, "")
    found = Witnesses(SEED, 10, 15, (failed, evolve(failed, event="Retire"), sides, premise))
    assert found.as_json()["claims"] == {"a_claim": {"arbitrary": 1, "reached": 2}}
