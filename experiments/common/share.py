"""Which images are whose, where several processes train one network."""
import collections


class Share(collections.namedtuple('Share', ['index', 'count', 'is_of_a_batch'])):
    """The images of one process out of several.

    Attributes:
        index: the process, from 0.
        count: how many there are.
        is_of_a_batch: whether all share each batch; otherwise they take whole batches in turn.
    """

    def rows(self, batch_size):
        """The slice of a batch."""
        size = self.size(batch_size)
        start = self.index * size if self.is_of_a_batch else 0
        return slice(start, start + size)

    def size(self, batch_size):
        """The images of the process in a step; `count` divides a batch that is shared."""
        return batch_size // self.count if self.is_of_a_batch else batch_size

    @property
    def parts(self):
        """In how many parts a batch is split."""
        return self.count if self.is_of_a_batch else 1

    @property
    def of_batches(self):
        """The share that leaves a batch whole."""
        return WHOLE if self.is_of_a_batch else self

    @property
    def offset(self):
        """By how many batches the process is ahead."""
        return 0 if self.is_of_a_batch else self.index

    @property
    def stride(self):
        """Every how many batches one is of the process."""
        return 1 if self.is_of_a_batch else self.count


WHOLE = Share(0, 1, False)
