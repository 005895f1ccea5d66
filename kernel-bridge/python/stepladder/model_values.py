"""Values of a model's inputs and outputs, as bytes of the Open Inference Protocol and as JSON."""

import base64
import json
import math
import struct

NUMPY_OF = {
    "BOOL": "bool",
    "INT8": "i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "UINT8": "u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
}


def read_tensors(inputs, body):
    import numpy

    tensors, start = [], 0
    for tensor in inputs:
        piece = body[start : start + tensor["bytes"]]
        start += tensor["bytes"]
        if tensor["datatype"] == "BYTES":
            array = numpy.array(read_strings(piece), dtype=object)
        else:
            array = numpy.frombuffer(piece, dtype=NUMPY_OF[tensor["datatype"]])
        tensors.append((tensor["name"], array.reshape(tensor["shape"])))
    return tensors


def read_strings(piece):
    strings, at = [], 0
    while at < len(piece):
        (length,) = struct.unpack_from("<I", piece, at)
        raw = piece[at + 4 : at + 4 + length]
        try:
            strings.append(raw.decode())
        except UnicodeDecodeError:
            strings.append(raw)
        at += 4 + length
    return strings


def write_tensors(result, names):
    headers, bodies = [], []
    for name, array in named_arrays(result, names):
        datatype, body = tensor_bytes(array)
        headers.append({"name": name, "datatype": datatype, "shape": list(array.shape), "bytes": len(body)})
        bodies.append(body)
    return {"outputs": headers}, b"".join(bodies)


def named_arrays(result, names):
    import numpy

    if hasattr(result, "columns") and hasattr(result, "to_numpy"):
        return [(str(column), result[column].to_numpy()) for column in result.columns]
    if isinstance(result, dict):
        return [(str(name), numpy.asarray(value)) for name, value in result.items()]
    if isinstance(result, tuple) and len(result) == len(names):
        return list(zip(names, (numpy.asarray(value) for value in result)))
    if hasattr(result, "toarray"):
        result = result.toarray()
    return [(names[0] if len(names) == 1 else "predict", numpy.atleast_1d(numpy.asarray(result)))]


def tensor_bytes(array):
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "b":
        return "BOOL", array.tobytes()
    if kind in "iuf" and size <= 8:
        datatype = {"i": "INT", "u": "UINT", "f": "FP"}[kind] + str(size * 8)
        return datatype, array.astype(NUMPY_OF[datatype], copy=False).tobytes()
    pieces = []
    for value in array.reshape(-1).tolist():
        raw = value if isinstance(value, bytes) else str(value).encode()
        pieces.append(struct.pack("<I", len(raw)) + raw)
    return "BYTES", b"".join(pieces)


def dump_predictions(result):
    if hasattr(result, "to_frame"):
        result = result.to_frame()
    if hasattr(result, "to_dict") and hasattr(result, "columns"):
        result = result.to_dict(orient="records")
    return json.dumps({"predictions": jsonable(result)}, allow_nan=False).encode()


def jsonable(value):
    """What JSON has no word for: NaN and infinities are null, bytes are base64, times are ISO 8601."""
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    if hasattr(value, "toarray"):
        return jsonable(value.toarray())
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist() if is_plain(value) else jsonable(value.tolist())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def is_plain(array):
    """True where every value is a JSON value as it is, so that none needs a look."""
    kind = array.dtype.kind
    if kind == "f":
        import numpy

        return bool(numpy.isfinite(array).all())
    return kind in "biu"
