"""Grading: one small function for each layer, each with a value and a reason."""

from punie.evaluation.grading.turn import TurnGrade, grade_turn
from punie.evaluation.grading.verdict import LABELS, LAYERS, Label, LayerVerdict

__all__ = ["LABELS", "LAYERS", "Label", "LayerVerdict", "TurnGrade", "grade_turn"]
