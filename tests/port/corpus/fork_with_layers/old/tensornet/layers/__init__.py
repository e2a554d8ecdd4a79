from .tt import *
from .linear import *
from .tt_rcl import *
