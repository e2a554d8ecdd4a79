"""Plans as records of JSON, and records that are damaged."""

import json
import unittest

from parameterized import parameterized

from tensornet.contraction import chain_plan, plan
from tensornet.contraction.plan_record import plan_from_record, plan_to_record

SHAPE = [2, 3, 4], [3, 2, 2], [1, 3, 2, 1]


class PlanRecordTest(unittest.TestCase):

    def test_there_and_back(self):
        estimated = plan(*SHAPE, 7)
        for groups, order in (([1, 2], ['left']), ([2, 1], ['right']), ([3], [])):
            asked = plan(*SHAPE, 7, groups=groups, order=order)
            record = json.loads(json.dumps(plan_to_record(asked)))
            self.assertEqual(asked, plan_from_record(record, estimated))
        chain = chain_plan(*SHAPE, 7)
        self.assertEqual(chain, plan_from_record(plan_to_record(chain), estimated))

    @parameterized.expand([
        ('sum', {'groups': [1, 1]}, r'groups \(1, 1\) .* do not fit 3 cores'),
        ('zero', {'groups': [0, 3]}, 'do not fit 3 cores'),
        ('fraction', {'groups': [1.0, 2]}, 'do not fit 3 cores'),
        ('side', {'order': ['up']}, 'do not fit 3 cores'),
        ('order', {'order': []}, 'do not fit 3 cores'),
        ('side_in_list', {'order': [['left']]}, 'do not fit 3 cores'),
        ('join_in_list', {'operations': [
            dict(product='batched', core_gradient='flat', joins=[]),
            dict(product='stored', core_gradient='flat', joins=[['small']])]},
         'the operations do not fit the contractions'),
        ('number', {'operations': []}, 'the operations do not fit the contractions'),
        ('kind', {'operations': [dict(product='stored', core_gradient='flat', joins=[])] * 2},
         'the operations do not fit the contractions'),
        ('entry', {'operations': [{}, {}]}, 'the record of a plan is damaged'),
        ('nothing', {'order': None}, 'the record of a plan is damaged'),
    ])
    def test_damaged(self, _, changed, message):
        estimated = plan(*SHAPE, 7)
        record = {'groups': [1, 2], 'order': ['left'],
                  'operations': [
                      {'product': 'batched', 'core_gradient': 'flat', 'joins': []},
                      {'product': 'stored', 'core_gradient': 'flat', 'joins': ['small']}]}
        self.assertEqual((1, 2), plan_from_record(record, estimated).groups)
        with self.assertRaisesRegex(ValueError, message):
            plan_from_record(dict(record, **changed), estimated)


if __name__ == '__main__':
    unittest.main()
