"""The form in which every data set reaches the experiments."""
import collections


class ImageSet(collections.namedtuple('ImageSet', [
        'name', 'train_images', 'train_labels', 'test_images', 'test_labels'])):
    """Labelled images, split for training and testing.

    Attributes:
        name: the data set's name, as in `--dataset`.
        train_images: uint8 `[train_size, height, width]` or `[..., height, width, channels]`.
        train_labels: int64 `[train_size]`, each from 0 to 9.
        test_images: like `train_images`.
        test_labels: like `train_labels`.
    """
    __slots__ = ()


def image_set(name, train_images, train_labels, test_images, test_labels):
    """Makes an `ImageSet` after checking that images and labels belong together.

    Raises:
        ValueError: the counts differ, a part is empty, or a label is not from 0 to 9.
    """
    for part, images, labels in (('training', train_images, train_labels),
                                 ('test', test_images, test_labels)):
        if len(images) == 0 or len(images) != len(labels):
            raise ValueError(f'{name}: expected one label for each {part} image, got '
                             f'{len(images)} images and {len(labels)} labels')
        if labels.min() < 0 or labels.max() > 9:
            raise ValueError(f'{name}: expected {part} labels from 0 to 9, got labels from '
                             f'{labels.min()} to {labels.max()}')
    if train_images.shape[1:] != test_images.shape[1:]:
        raise ValueError(f'{name}: expected images of one size, got training images '
                         f'{list(train_images.shape[1:])} and test images '
                         f'{list(test_images.shape[1:])}')
    return ImageSet(name, train_images, train_labels.astype('int64'),
                    test_images, test_labels.astype('int64'))
