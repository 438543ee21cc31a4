"""Reads a metrics page from standard input as prometheus_client does; prints samples by name."""

import collections
import sys

from prometheus_client.parser import text_string_to_metric_families

counts = collections.Counter()
for family in text_string_to_metric_families(sys.stdin.read()):
    for sample in family.samples:
        assert sample.value == sample.value, sample
        counts[sample.name] += 1
for name, count in sorted(counts.items()):
    print(name, count)
