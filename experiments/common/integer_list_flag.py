"""A flag that holds a list of positive integers."""
from absl import flags


class _IntegerListParser(flags.ArgumentParser):
    syntactic_help = 'comma-separated positive integers'

    def parse(self, argument):
        if isinstance(argument, (list, tuple)):
            return list(argument)
        try:
            values = [int(item) for item in argument.split(',')]
        except ValueError:
            values = []
        if not values or min(values) < 1:
            raise ValueError('expected comma-separated positive integers, such as 4,8,8,4')
        return values

    def flag_type(self):
        return 'integer list'


def define_integer_list(name, default, help):  # pylint: disable=redefined-builtin
    """Defines the flag `--name=1,2,3`; its value is a list of ints."""
    flags.DEFINE(_IntegerListParser(), name, default, help, serializer=flags.CsvListSerializer(','))
