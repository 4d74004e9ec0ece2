"""Write a take's request into its exported file as a recipe, and read the recipes of others."""

from reka_notebook.jobs.recipes.recipe import Recipe, RecipeImage, RecipeParent, read_recipe
from reka_notebook.jobs.recipes.saving import (
    Saved,
    credentials_words,
    lost_words,
    recipe_text,
    save_file,
    with_recipe,
)
from reka_notebook.jobs.recipes.told import WithoutKey, key_remover

__all__ = [
    "Recipe",
    "RecipeImage",
    "RecipeParent",
    "Saved",
    "WithoutKey",
    "credentials_words",
    "key_remover",
    "lost_words",
    "read_recipe",
    "recipe_text",
    "save_file",
    "with_recipe",
]
