"""Give an input for every task, as each profile of the sandbox takes it."""

MODEL = "seedance-2.0-pro"
PATHS = {
    task: f"/v2/inference/{model}/{task}"
    for task, model in {
        "image-to-video": MODEL,
        "text-to-video": MODEL,
        "text-to-image": "nano-banana",
        "edit": "nano-banana",
        "text-to-speech": "eleven-v3",
        "image-to-bbox": "reka-edge-2603",
    }.items()
}
PHOTO = "https://images.example.invalid/a.png"
LIKELIEST = {
    "image-to-video": {"prompt": "push in", "image_url": PHOTO, "duration_seconds": "2"},
    "text-to-video": {"prompt": "push in", "duration_seconds": "2"},
    "text-to-image": {"prompt": "a lighthouse", "num_images": 2},
    "edit": {"prompt": "at night", "image_urls": [PHOTO], "num_images": 2},
    "text-to-speech": {"text": "Good morning."},
    "image-to-bbox": {"prompt": "cup, spoon", "image_url": PHOTO},
}
FITTING = {
    "reka": LIKELIEST,
    "fal": LIKELIEST
    | {
        "image-to-video": {"prompt": "push in", "image_url": PHOTO, "duration": "2"},
        "text-to-video": {"prompt": "push in", "duration": "2"},
    },
    "strict": LIKELIEST
    | {
        "image-to-video": {"prompt": "push in", "start_image_url": PHOTO, "duration": 2},
        "text-to-video": {"prompt": "push in", "duration": 2},
        "text-to-image": {"prompt": "a lighthouse", "n": 2},
        "edit": {"prompt": "at night", "image_urls": [PHOTO], "n": 2},
    },
    "careless": LIKELIEST
    | {
        "image-to-video": {"prompt": "push in", "image_url": PHOTO, "duration": 2},
        "text-to-video": {"prompt": "push in", "duration": "2"},
        "text-to-image": {"prompt": "a lighthouse", "n": 2},
        "edit": {"prompt": "at night", "image_urls": [PHOTO], "n": 2},
    },
}
