"""Options and generators of the libraries that notebooks use; only of those that are imported already."""
import sys


def snapshot():
    state = {}
    for name, read in READERS.items():
        if name in sys.modules:
            try:
                state.update(read(sys.modules[name]))
            except Exception:  # A version that has it elsewhere: what it sets is not carried.
                continue
    return state


def of_numpy(numpy):
    state = {("numpy.errors",): numpy.geterr()}
    state[("numpy.print",)] = {key: value for key, value in numpy.get_printoptions().items() if key != "override_repr" and (not callable(value))}
    if hasattr(numpy, "random"):
        kind, keys, *rest = numpy.random.get_state()
        state[("numpy.random",)] = (kind, keys.tolist(), *rest)
    return state


def of_pandas(config):
    names = [name for name in list(config._registered_options) if name not in config._deprecated_options]
    return {("pandas", name): config.get_option(name) for name in names}


def of_matplotlib(matplotlib):
    # Reading `backend` through the mapping would start one.
    parameters = matplotlib.rcParams
    state = {("matplotlib", key): dict.__getitem__(parameters, key) for key in parameters if key != "backend"}
    colors = sys.modules.get("matplotlib.colors")
    if colors is not None:
        # Where seaborn puts what "b" or "r" shall mean.
        state.update({("matplotlib.colors", name): value for name, value in colors.colorConverter.colors.items()})
    return state


def of_decimal(decimal):
    context = decimal.getcontext()
    return {("decimal",): {name: getattr(context, name) for name in ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")}}


def of_torch(torch):
    return {("torch",): torch.get_rng_state(), ("torch.dtype",): torch.get_default_dtype()}


def of_inline(config):
    """Formats of figures, as `%config InlineBackend…` sets them."""
    if not config.InlineBackend.initialized():
        return {}
    backend = config.InlineBackend.instance()
    return {("inline",): (sorted(backend.figure_formats), dict(backend.print_figure_kwargs))}


def of_shell(module):
    shell = module.get_ipython()
    if shell is None:
        return {}
    return {("precision",): shell.display_formatter.formatters["text/plain"].float_precision}


READERS = {
    "numpy": of_numpy,
    "pandas._config.config": of_pandas,
    "matplotlib": of_matplotlib,
    "decimal": of_decimal,
    "torch": of_torch,
    "matplotlib_inline.config": of_inline,
    "IPython.core.getipython": of_shell,
}


def restore(key, value):
    WRITERS[key[0]](key[1:], value)


def to_numpy_random(_, value):
    import numpy

    numpy.random.set_state(value)


def to_numpy_errors(_, value):
    import numpy

    numpy.seterr(**value)


def to_numpy_print(_, value):
    import numpy

    numpy.set_printoptions(**value)


def to_pandas(key, value):
    import pandas

    pandas.set_option(key[0], value)


def to_matplotlib(key, value):
    import matplotlib

    matplotlib.rcParams[key[0]] = value


def to_colors(key, value):
    from matplotlib import colors

    if colors.colorConverter.colors.get(key[0]) != value:
        colors.colorConverter.colors[key[0]] = value
        colors.colorConverter.cache.clear()


def to_decimal(_, value):
    import decimal

    for name, each in value.items():
        setattr(decimal.getcontext(), name, each)


def to_torch(_, value):
    import torch

    torch.set_rng_state(value)


def to_torch_dtype(_, value):
    import torch

    torch.set_default_dtype(value)


def to_inline(_, value):
    from IPython import get_ipython
    from IPython.core.pylabtools import select_figure_formats
    from matplotlib_inline.config import InlineBackend

    formats, options = value
    backend = InlineBackend.instance(parent=get_ipython())
    backend.print_figure_kwargs = options
    backend.figure_formats = set(formats)
    select_figure_formats(get_ipython(), set(formats), **options)


def to_shell(_, value):
    from IPython import get_ipython

    get_ipython().display_formatter.formatters["text/plain"].float_precision = value


WRITERS = {
    "numpy.random": to_numpy_random,
    "numpy.errors": to_numpy_errors,
    "numpy.print": to_numpy_print,
    "pandas": to_pandas,
    "matplotlib": to_matplotlib,
    "matplotlib.colors": to_colors,
    "decimal": to_decimal,
    "torch": to_torch,
    "torch.dtype": to_torch_dtype,
    "inline": to_inline,
    "precision": to_shell,
}
