/// Settings files with a fault, and exactly what is said of each.
let formFaults: [Fault] = [
  Fault(
    "an unknown key, with the one that was meant",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:
      - name: chat-h100
        match: {cloud: aws}
        idle_duraton: 15m

    """,
    """
    finops.yaml:9:5: error: unknown key 'idle_duraton' in pools[0] (chat-h100)
        9 |     idle_duraton: 15m
          |     ^~~~~~~~~~~~ did you mean 'idle_duration'?
    1 error. See: finops config explain pools.idle_duration

    """),
  Fault(
    "an unknown key that is near nothing",
    """
    version: 1
    fleet: {name: prod}
    frobnicate: yes

    """,
    """
    finops.yaml:3:1: error: unknown key 'frobnicate'
        3 | frobnicate: yes
          | ^~~~~~~~~~
    1 error.

    """),
  Fault(
    "a duration without a unit",
    """
    version: 1
    fleet: {name: prod}
    evaluate_every: 15

    """,
    """
    finops.yaml:3:17: error: 'evaluate_every: 15' needs a unit: write 15s or 15m
        3 | evaluate_every: 15
          |                 ^~
    1 error. See: finops config explain evaluate_every

    """),
  Fault(
    "a duration that is none",
    """
    version: 1
    fleet: {name: prod}
    evaluate_every: soon

    """,
    """
    finops.yaml:3:17: error: 'evaluate_every: soon' is not a duration: write 15s, 10m or 1h30m (units ms, s, m, h, d)
        3 | evaluate_every: soon
          |                 ^~~~
    1 error. See: finops config explain evaluate_every

    """),
  Fault(
    "a duration out of range",
    """
    version: 1
    fleet: {name: prod}
    evaluate_every: 2h

    """,
    """
    finops.yaml:3:17: error: 'evaluate_every: 2h' must be from 1s to 1h
        3 | evaluate_every: 2h
          |                 ^~
    1 error. See: finops config explain evaluate_every

    """),
  Fault(
    "a price without a unit",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    prices:
      - {cloud: aws, type: g5.xlarge, hourly: 1.006}

    """,
    """
    finops.yaml:6:43: error: 'hourly: 1.006' needs a unit: write $1.006/h
        6 |   - {cloud: aws, type: g5.xlarge, hourly: 1.006}
          |                                           ^~~~~
    1 error. See: finops config explain prices.hourly

    """),
  Fault(
    "a price that is none",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    prices:
      - {cloud: aws, type: g5.xlarge, hourly: 1.006 USD}

    """,
    """
    finops.yaml:6:43: error: 'hourly: 1.006 USD' is not a price: write $1.861/h
        6 |   - {cloud: aws, type: g5.xlarge, hourly: 1.006 USD}
          |                                           ^~~~~~~~~
    1 error. See: finops config explain prices.hourly

    """),
  Fault(
    "a size without a unit",
    """
    version: 1
    fleet: {name: prod}
    collectors:
      - {type: dcgm, targets: ["gpu01:9400"], max_body: 8}

    """,
    """
    finops.yaml:4:53: error: 'max_body: 8' needs a unit: write 8MiB
        4 |   - {type: dcgm, targets: ["gpu01:9400"], max_body: 8}
          |                                                     ^
    1 error. See: finops config explain collectors.max_body

    """),
  Fault(
    "a size with an unknown unit",
    """
    version: 1
    fleet: {name: prod}
    collectors:
      - {type: dcgm, targets: ["gpu01:9400"], max_body: 8MB}

    """,
    """
    finops.yaml:4:53: error: 'max_body: 8MB' has an unknown unit 'MB': use MiB, KiB, GiB
        4 |   - {type: dcgm, targets: ["gpu01:9400"], max_body: 8MB}
          |                                                     ^~~
    1 error. See: finops config explain collectors.max_body

    """),
  Fault(
    "a size out of range",
    """
    version: 1
    fleet: {name: prod}
    collectors:
      - {type: dcgm, targets: ["gpu01:9400"], max_body: 8KiB}

    """,
    """
    finops.yaml:4:53: error: 'max_body' must be from 64KiB to 1GiB
        4 |   - {type: dcgm, targets: ["gpu01:9400"], max_body: 8KiB}
          |                                                     ^~~~
    1 error. See: finops config explain collectors.max_body

    """),
  Fault(
    "a share above the whole",
    """
    version: 1
    fleet: {name: prod}
    thresholds: {coverage: 90}

    """,
    """
    finops.yaml:3:24: error: 'coverage: 90' must be from 0% to 100%
        3 | thresholds: {coverage: 90}
          |                        ^~ did you mean '90%'?
    1 error. See: finops config explain thresholds.coverage

    """),
  Fault(
    "an anchor",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: &a {type: aws, regions: [us-east-1]}

    """,
    """
    finops.yaml:4:8: error: anchors (&name) and aliases (*name) are not allowed: write the value out
        4 |   aws: &a {type: aws, regions: [us-east-1]}
          |        ^
    1 error.

    """),
  Fault(
    "an alias",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: *a

    """,
    """
    finops.yaml:4:8: error: anchors (&name) and aliases (*name) are not allowed: write the value out
        4 |   aws: *a
          |        ^
    1 error.

    """),
  Fault(
    "a key given twice",
    """
    version: 1
    fleet: {name: prod}
    listen: 127.0.0.1:1
    listen: 127.0.0.1:2

    """,
    """
    finops.yaml:3:1: error: key 'listen' is given more than once in the same place
        3 | listen: 127.0.0.1:1
          | ^~~~~~
    1 error.

    """),
  Fault(
    "a tab as indentation",
    """
    version: 1
    fleet:
    \tname: prod

    """,
    """
    finops.yaml:3:1: error: a tab or another character that cannot begin a value: indent with spaces
        3 | \tname: prod
          | ^
    1 error.

    """),
  Fault(
    "text that is no YAML",
    """
    version: 1
    fleet: {name: prod

    """,
    """
    finops.yaml:3:1: error: the file is not YAML: did not find expected ',' or '}'
        3 | 
          | ^
    1 error.

    """),
  Fault(
    "an empty file",
    "",
    """
    finops.yaml:1:1: error: the file is empty: 'finops init' writes one
        1 | 
          | ^
    1 error.

    """),
  Fault(
    "two documents",
    """
    version: 1
    fleet: {name: prod}
    ---
    version: 1

    """,
    """
    finops.yaml:3:1: error: the file has a second document
        3 | ---
          | ^~~
    1 error.

    """),
  Fault(
    "a missing key",
    """
    version: 1
    fleet: {mode: auto}

    """,
    """
    finops.yaml:2:8: error: 'name' is missing in fleet
        2 | fleet: {mode: auto}
          |        ^
    1 error. See: finops config explain fleet.name

    """),
  Fault(
    "a key without a value",
    """
    version: 1
    fleet: {name: prod}
    listen:

    """,
    """
    finops.yaml:3:8: error: 'listen' has no value: it must be host:port
        3 | listen:
          |        ^
    1 error. See: finops config explain listen

    """),
  Fault(
    "a list where one value belongs",
    """
    version: 1
    fleet: {name: prod}
    listen: [127.0.0.1:9464]

    """,
    """
    finops.yaml:3:9: error: 'listen' must be host:port, not a list
        3 | listen: [127.0.0.1:9464]
          |         ^
    1 error. See: finops config explain listen

    """),
  Fault(
    "one value where a block belongs",
    """
    version: 1
    fleet: prod

    """,
    """
    finops.yaml:2:8: error: 'fleet' must be a block of keys, not a single value
        2 | fleet: prod
          |        ^~~~
    1 error. See: finops config explain fleet

    """),
  Fault(
    "one value where a list belongs",
    """
    version: 1
    fleet: {name: prod}
    collectors: dcgm

    """,
    """
    finops.yaml:3:13: error: 'collectors' must be a list, not a single value
        3 | collectors: dcgm
          |             ^~~~
    1 error. See: finops config explain collectors

    """),
]
