"""One model, answering predictions over stdin and stdout.

Started by the prediction service, one process a model version. A frame is two little-endian uint32 (length of
the header, length of the body), a JSON header, and a body of bytes. The first frame says what to load and is
answered by ``{"ready": true}``; every later one is a request and is answered in order under the same ``id``.
Nothing is ever unpickled but the model itself, whose digest the caller has checked.
"""

import base64
import io
import json
import os
import struct
import sys

# Python runs isolated from where this file is; and its neighbours must not be found by the model's own imports.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
try:
    from model_values import dump_predictions, read_tensors, write_tensors
finally:
    del sys.path[0]

LENGTHS = struct.Struct("<II")

INVOCATION_FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
COLUMN_TYPES = {"boolean": "bool", "integer": "int32", "long": "int64", "float": "float32", "double": "float64"}


class InputError(Exception):
    """The request cannot be turned into the model's input; the text is for whoever sent it."""


def main():
    # Whatever a model prints must not get between two frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    spec, _ = read_frame(requests)
    try:
        model = Model(spec)
    except Exception as error:
        write_frame(answers, {"ready": False, "error": describe(error)})
        raise
    write_frame(answers, {"ready": True, "loader": model.loader})
    while True:
        frame = read_frame(requests)
        if frame is None:
            return
        header, body = frame
        try:
            answer, payload = model.answer(header, body)
        except InputError as error:
            answer, payload = {"error": str(error)}, b""
        except Exception as error:
            answer, payload = {"error": "The model could not predict from this input: " + describe(error)}, b""
        answer["id"] = header["id"]
        write_frame(answers, answer, payload)


def read_frame(stream):
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    header_length, body_length = LENGTHS.unpack(lengths)
    header = json.loads(stream.read(header_length))
    return header, stream.read(body_length)


def write_frame(stream, header, body=b""):
    text = json.dumps(header).encode()
    stream.write(LENGTHS.pack(len(text), len(body)) + text + body)
    stream.flush()


def describe(error):
    return "{}: {}".format(type(error).__name__, str(error)[:2000])


class Model:
    def __init__(self, spec):
        self.columns = spec.get("columns")
        self.tensors = spec.get("tensors") or []
        self.outputs = spec.get("outputs") or []
        self.params = set(spec.get("params") or [])
        self.max_rows = spec["max_rows"]
        self.predict, self.loader = load(spec)

    def answer(self, header, body):
        if header["kind"] == "tensors":
            tensors = read_tensors(header["inputs"], body)
            result = self.run(self.from_tensors(tensors), header.get("params") or {})
            return write_tensors(result, self.outputs)
        if header["kind"] == "csv":
            return {}, dump_predictions(self.run(self.from_csv(body), {}))
        kind, data, params = read_invocation(body)
        return {}, dump_predictions(self.run(self.from_json(kind, data), params))

    def run(self, data, params):
        unknown = sorted(set(params) - self.params)
        if unknown:
            raise InputError("The model takes no params named " + ", ".join(unknown))
        if hasattr(data, "__len__") and len(data) > self.max_rows:
            raise InputError("One request may have at most {} rows, not {}".format(self.max_rows, len(data)))
        return self.predict(data, params)

    def from_tensors(self, tensors):
        names = [name for name, _ in tensors]
        if self.columns is None and self.is_named():
            return self.named(dict(tensors))
        if self.columns is None and len(tensors) == 1:
            return self.as_tensor(tensors[0][1])
        if self.columns is None:
            return self.frame({name: flat(name, array) for name, array in tensors})
        known = [column["name"] for column in self.columns]
        if len(tensors) == 1 and names[0] not in known:
            return self.matrix(tensors[0][1])
        unknown = [name for name in names if name not in known]
        if unknown:
            raise InputError("The model has no input named {}; it has {}".format(", ".join(unknown), ", ".join(known)))
        return self.cast(self.frame({name: flat(name, array) for name, array in tensors}))

    def from_csv(self, body):
        import pandas

        types = {column["name"]: str for column in self.columns or [] if column["type"] == "string"}
        try:
            return self.cast(pandas.read_csv(io.BytesIO(body), dtype=types))
        except ValueError as error:
            raise InputError("The body is not CSV that can be read: {}".format(error))

    def from_json(self, kind, data):
        if kind == "dataframe_split":
            return self.from_split(data)
        if kind == "dataframe_records":
            if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
                raise InputError('"dataframe_records" must be a list of objects, one a row')
            return self.cast(self.frame(data))
        return self.from_instances(kind, data)

    def from_split(self, data):
        if not isinstance(data, dict) or not isinstance(data.get("data"), list):
            raise InputError('"dataframe_split" must be an object with "columns" and "data"')
        columns = data.get("columns")
        rows = data["data"]
        if columns is not None and any(not isinstance(row, list) or len(row) != len(columns) for row in rows):
            raise InputError('Every row of "data" must be a list of {} values, one a column'.format(len(columns)))
        if columns is None and self.columns is not None:
            columns = [column["name"] for column in self.columns]
        return self.cast(self.frame(rows, columns))

    def from_instances(self, kind, data):
        if isinstance(data, dict):
            return self.named(data) if self.is_named() else self.cast(self.frame(data))
        if isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
            return self.cast(self.frame(data))
        if not isinstance(data, list):
            raise InputError('"{}" must be a list or an object of columns'.format(kind))
        import numpy

        try:
            array = numpy.array(data)
        except ValueError as error:
            raise InputError('The rows of "{}" are not of one length: {}'.format(kind, error))
        return self.as_tensor(array) if self.columns is None else self.matrix(array)

    def is_named(self):
        return any(tensor.get("name") for tensor in self.tensors)

    def named(self, values):
        import numpy

        missing = [tensor["name"] for tensor in self.tensors if tensor["name"] not in values]
        if missing:
            raise InputError("The model needs a value for {}".format(", ".join(missing)))
        return {t["name"]: self.as_tensor(numpy.asarray(values[t["name"]]), t) for t in self.tensors}

    def as_tensor(self, array, tensor=None):
        """In the signature's type, where that loses nothing but the difference of 1 and 1.0."""
        wanted = tensor or (self.tensors[0] if self.tensors else None)
        if wanted is None or array.dtype == wanted["dtype"] or wanted["dtype"] in ("object", "str"):
            return array
        if array.dtype.kind not in "biuf":
            raise InputError("The model takes {}, not {}".format(wanted["dtype"], array.dtype))
        return array.astype(wanted["dtype"])

    def matrix(self, array):
        if array.ndim == 1:
            array = array.reshape(-1, 1)
        if array.ndim != 2 or array.shape[1] != len(self.columns):
            raise InputError(
                "The model takes {} columns, but the shape is {}".format(len(self.columns), list(array.shape))
            )
        return self.cast(self.frame(array, [column["name"] for column in self.columns]))

    @staticmethod
    def frame(data, columns=None):
        import pandas

        try:
            return pandas.DataFrame(data, columns=columns)
        except ValueError as error:
            raise InputError("The values do not make a table: {}".format(error))

    def cast(self, table):
        """Columns in the signature's order and types; JSON knows fewer types than a model was trained on."""
        if self.columns is None:
            return table
        missing = [c["name"] for c in self.columns if c["required"] and c["name"] not in table.columns]
        if missing:
            raise InputError("The model needs a value for {}".format(", ".join(missing)))
        known = [column for column in self.columns if column["name"] in table.columns]
        table = table[[column["name"] for column in known]].copy()
        for column in known:
            name = column["name"]
            try:
                table[name] = cast_column(table[name], column["type"])
            except (TypeError, ValueError, OverflowError) as error:
                raise InputError('The values of "{}" are not of type {}: {}'.format(name, column["type"], error))
        return table


def read_invocation(body):
    """Which of MLflow's four forms of input it is, the input, and the params."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InputError("The body is not JSON that can be read: {}".format(error))
    forms = [form for form in INVOCATION_FORMS if isinstance(request, dict) and form in request]
    if len(forms) != 1:
        raise InputError("The body must be a JSON object with exactly one of " + ", ".join(INVOCATION_FORMS))
    params = request.get("params") or {}
    if not isinstance(params, dict):
        raise InputError('"params" must be an object')
    return forms[0], request[forms[0]], params


def cast_column(values, kind):
    import pandas

    if kind == "datetime":
        return pandas.to_datetime(values)
    if kind == "binary":
        return values.map(lambda text: base64.b64decode(text, validate=True) if isinstance(text, str) else text)
    if kind not in COLUMN_TYPES or values.isna().any() and not kind.startswith(("d", "f")):
        return values
    typed = values.astype(COLUMN_TYPES[kind])
    if kind in ("integer", "long") and not (typed == values).all():
        raise ValueError("they do not fit")
    return typed


def flat(name, array):
    if array.ndim == 2 and array.shape[1] == 1:
        return array.reshape(-1)
    if array.ndim != 1:
        raise InputError('The input "{}" is a column: its shape must be [n] or [n,1]'.format(name))
    return array


def load(spec):
    """A function of (data, params), and the name of what loaded it."""
    if spec["pyfunc"]:
        try:
            import mlflow.pyfunc
        except ImportError:
            pass
        else:
            model = mlflow.pyfunc.load_model(spec["path"])
            return (lambda data, params: model.predict(data, params=params or None)), "mlflow"
    estimator = load_estimator(spec)
    return (lambda data, params: estimator.predict(data)), spec["format"]


def load_estimator(spec):
    if not spec.get("file"):
        raise RuntimeError("mlflow is not installed here, and the model has no file of its own to load")
    path = os.path.join(spec["path"], spec["file"])
    if spec["format"] == "skops":
        import skops.io

        return skops.io.load(path, trusted=spec["trusted"])
    import pickle

    with open(path, "rb") as file:
        return pickle.load(file)


if __name__ == "__main__":
    main()
