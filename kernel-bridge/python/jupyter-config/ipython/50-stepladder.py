# For kernels of this environment that another program than JupyterLab starts (VS Code, nbclient).
try:
    import stepladder.startup
except ImportError:
    pass
else:
    del stepladder
