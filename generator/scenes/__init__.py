"""Procedural B-roll: twenty-four scenes at any size, rate and length, and sound to go with them."""

from generator.scenes.backend import ScenesBackend
from generator.scenes.params import CAMERA_MOVES, SceneParams
from generator.scenes.registry import SCENES, Scene

__all__ = ["CAMERA_MOVES", "SCENES", "Scene", "SceneParams", "ScenesBackend"]
