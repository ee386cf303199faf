"""Makes the whole of `weights/tiny`, from an empty folder: the one command.

    python weights/tiny/train/train.py

Every step is also a program of its own, named below in the order they run.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def run(script: str, *arguments: str) -> None:
    """One step, in its own process, with the output where it can be seen."""
    print(f"== {script} {' '.join(arguments)}", flush=True)
    subprocess.run([sys.executable, str(HERE / script), *arguments], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copying-minutes", default="3")
    parser.add_argument("--text-minutes", default="50")
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    run("tokenizer.py")
    run("check_holdout.py")
    run("train_copying.py", "--minutes", options.copying_minutes, "--threads", options.threads)
    run("train_text.py", "--minutes", options.text_minutes, "--threads", options.threads)
    run("export.py")
    run("evaluate.py")
    run("expected.py")


if __name__ == "__main__":
    main()
