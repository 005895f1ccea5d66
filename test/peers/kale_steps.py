"""What Kale itself makes of notebooks: steps, code, edges, and the names that a step takes in."""
import json
import os
import pathlib

import kale
from kale.processors.nbprocessor import NotebookProcessor

own = pathlib.Path(kale.__file__).parent / "tests" / "assets" / "notebooks"


def facts(path):
    pipeline = NotebookProcessor(str(path)).run()
    shared = pipeline.processor._shared_block_count
    return {
        "notebook": pathlib.Path(path).read_text(),
        "parameters": sorted(pipeline.pipeline_parameters),
        "steps": [
            {
                "name": step.name,
                "after": sorted(pipeline.predecessors(step.name)),
                "ins": sorted(step.ins),
                "code": [code for code in step.source[shared:] if "generate_mlpipeline_metrics" not in code],
            }
            for step in pipeline.steps
        ],
    }


paths = sorted(own.glob("*.ipynb")) + [pathlib.Path(os.environ["NOTEBOOK"])]
print("FACTS " + json.dumps({path.stem: facts(path) for path in paths}))
