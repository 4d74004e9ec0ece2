"""Export takes as a Hugging Face data set, and log them to MLflow and Weights & Biases."""

from reka_notebook.jobs.experiments.dataset import fits, write_dataset
from reka_notebook.jobs.experiments.tracking import log_to_mlflow, log_to_wandb

__all__ = ["fits", "log_to_mlflow", "log_to_wandb", "write_dataset"]
