"""Where replies come from: models in MLX and recorded replies."""

from punie.evaluation.models.loading import ModelDirError, check_model_dir
from punie.evaluation.models.mlx import MlxModel
from punie.evaluation.models.protocol import Answer, Model
from punie.evaluation.models.replay import Replay, ReplayError, read_replay

__all__ = ["Answer", "MlxModel", "Model", "ModelDirError", "Replay", "ReplayError", "check_model_dir", "read_replay"]
