"""What a model takes and gives, in MLflow's words, from an example: DataFrames as named columns, arrays as tensors."""

import json
import os

EXAMPLE = "input_example.json"
SERVED_EXAMPLE = "serving_input_example.json"
COLUMN_TYPES = {
    "float64": "double",
    "float32": "float",
    "float16": "float",
    "int64": "long",
    "uint32": "long",
    "int32": "integer",
    "int16": "integer",
    "int8": "integer",
    "uint16": "integer",
    "uint8": "integer",
    "bool": "boolean",
    "boolean": "boolean",
    "Int64": "long",
    "Int32": "integer",
    "Float64": "double",
    "Float32": "float",
}


def infer(model, example):
    """The signature of `model.predict(example)`; the inputs alone when it cannot be called with it."""
    signature = {"inputs": describe(example)}
    try:
        signature["outputs"] = describe(model.predict(example))
    except Exception as error:  # The model's own; the caller gave the example, so the caller should hear it.
        raise TypeError("log_model: the model does not take its input_example: %s" % error) from error
    return signature


def describe(data):
    if hasattr(data, "columns") and hasattr(data, "dtypes"):
        return [_column(data[name], str(name)) for name in data.columns]
    if hasattr(data, "dtype") and hasattr(data, "index"):
        return [_column(data, None if data.name is None else str(data.name))]
    if hasattr(data, "dtype") and hasattr(data, "shape"):
        shape = [-1] + [int(size) for size in data.shape[1:]]
        kind = "str" if data.dtype.kind in "OUS" else str(data.dtype)
        return [{"type": "tensor", "tensor-spec": {"dtype": kind, "shape": shape}}]
    raise TypeError(
        "log_model: an example is a pandas DataFrame or a NumPy array, not a %s"
        % type(data).__name__
    )


def _column(series, name):
    kind = str(series.dtype)
    column = {"type": COLUMN_TYPES.get(kind) or _other_type(kind)}
    if name is not None:
        column["name"] = name
    column["required"] = not bool(series.isna().any())
    return column


def _other_type(kind):
    return "datetime" if kind.startswith("datetime64") else "string"


def normalised(signature):
    """As it stands in MLmodel: each side a JSON text. Takes ours and MLflow's own ModelSignature."""
    sides = signature.to_dict() if hasattr(signature, "to_dict") else dict(signature)
    texts = {"inputs": None, "outputs": None, "params": None}
    for side, value in sides.items():
        if side not in texts:
            raise ValueError('log_model: a signature has inputs, outputs and params, not "%s"' % side)
        texts[side] = value if value is None or isinstance(value, str) else json.dumps(value)
    return texts


def write_example(example, folder):
    """The example as MLflow keeps it, and as a prediction service takes it."""
    if hasattr(example, "to_json"):
        text = example.to_json(orient="split", index=False, date_format="iso")
        split = json.loads(text)
        _write(folder, EXAMPLE, {"columns": split["columns"], "data": split["data"]})
        _write(folder, SERVED_EXAMPLE, {"dataframe_split": {"columns": split["columns"], "data": split["data"]}})
        return {
            "artifact_path": EXAMPLE,
            "pandas_orient": "split",
            "serving_input_path": SERVED_EXAMPLE,
            "type": "dataframe",
        }
    describe(example)
    _write(folder, EXAMPLE, {"inputs": example.tolist()})
    _write(folder, SERVED_EXAMPLE, {"inputs": example.tolist()})
    return {
        "artifact_path": EXAMPLE,
        "format": "tf-serving",
        "serving_input_path": SERVED_EXAMPLE,
        "type": "ndarray",
    }


def packages_of(example):
    """Packages that the example needs to be read again."""
    module = type(example).__module__.partition(".")[0]
    return [module] if module in ("pandas", "numpy") else []


def _write(folder, name, content):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(content, file)
