"""Word the messages about jobs that belong to another person, or another API key. None shows the key."""

from pathlib import PurePath

from reka_notebook.library import JobRecord, Library

OWN = "Another take (--fresh) is made with your own key, and charged to it."


def joined(person: str) -> str:
    """Return what to say while another person's job is waited for."""
    return f"{person} is making this; it is joined. No extra charge."


def whose(record: JobRecord) -> str:
    """Return which key a job was asked with, and in which notebook, as part of a sentence."""
    notebook = f", in {PurePath(record.notebook).name}" if record.notebook else ""
    return f"another API key (fingerprint {str(record.account)[:8]}…{notebook})"


def done_elsewhere(record: JobRecord) -> str:
    """Return what to say while a living process with that key does the job."""
    return f"Another kernel is doing this with {whose(record)}; its result is shown here. Your key is not charged."


def waiting_for(record: JobRecord) -> str:
    """Return what to say while no process with that key is running."""
    return (
        f"Waiting for job {record.id}, which was asked with {whose(record)}. Only a kernel with that key can go on "
        f"with it, and none is running. Nothing is sent, and your key is not charged. {OWN}"
    )


def not_taken_over(record: JobRecord) -> str:
    """Return what to say when waiting for a process with that key has ended, or makes no sense."""
    return (
        f"Job {record.id} was asked with {whose(record)}, and is unfinished. Only a kernel with that key can go on "
        f"with it: set that key and run this again. Nothing was sent, and your key was not charged. {OWN}"
    )


def not_cancelled(record: JobRecord, library: Library) -> str:
    """Return why a person cannot cancel a job: it is another person's, or another key's."""
    if not library.may_cancel(record):
        return (
            f"Job {record.id} is {record.person}'s. It goes on; only they or an administrator of {library.name} "
            "can cancel it. No extra charge."
        )
    return (
        f"Job {record.id} was asked with {whose(record)}. It goes on; only a kernel with that key can cancel it. "
        "Your key is not charged."
    )
