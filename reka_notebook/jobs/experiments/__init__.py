"""Hand takes to where people keep experiments: a data set of Hugging Face's, MLflow, Weights & Biases."""

from reka_notebook.jobs.experiments.dataset import write_dataset
from reka_notebook.jobs.experiments.tracking import log_to_mlflow, log_to_wandb

__all__ = ["log_to_mlflow", "log_to_wandb", "write_dataset"]
