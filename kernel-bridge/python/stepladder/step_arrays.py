"""Arrays that share memory go on sharing it, where plain pickling would make copies."""
import sys


def array_type():
    return getattr(sys.modules.get("numpy"), "ndarray", None)


def owner_of(array):
    """The array that the memory belongs to."""
    numpy = sys.modules["numpy"]
    while isinstance(array.base, numpy.ndarray):
        array = array.base
    return array


def shared_owners(values):
    """Ids of the owners whose memory several of these arrays use."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return frozenset()
    users = {}
    for value in values:
        if type(value) is numpy.ndarray and not value.dtype.hasobject:
            users.setdefault(id(owner_of(value)), set()).add(id(value))
    return frozenset(owner for owner, arrays in users.items() if len(arrays) > 1)


def reduce_view(array, shared):
    """@returns how to make the view again from its owner; None for what shares nothing."""
    owner = owner_of(array)
    if owner is array or id(owner) not in shared or array.dtype.hasobject or owner.dtype.hasobject:
        return None
    flags = owner.flags
    if type(owner) is not type(array) or owner.base is not None or not (flags.c_contiguous or flags.f_contiguous):
        return None
    offset = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    return make_view, (owner, offset, array.shape, array.strides, array.dtype, array.flags.writeable)


def make_view(owner, offset, shape, strides, dtype, writeable):
    import numpy

    flat = (owner if owner.flags.c_contiguous else owner.T).reshape(-1).view("u1")
    view = numpy.ndarray(shape, dtype, flat, offset, strides)
    view.flags.writeable = writeable
    return view
