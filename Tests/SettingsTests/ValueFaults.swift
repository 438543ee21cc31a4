/// Settings files with a fault, and exactly what is said of each.
let valueFaults: [Fault] = [
  Fault(
    "an unknown version",
    """
    version: 2
    fleet: {name: prod}

    """,
    """
    finops.yaml:1:10: error: 'version: 2' must be 1
        1 | version: 2
          |          ^
    1 error. See: finops config explain version

    """),
  Fault(
    "a number other readers would take for octal",
    """
    version: 01
    fleet: {name: prod}

    """,
    """
    finops.yaml:1:10: error: 'version: 01' must be 1
        1 | version: 01
          |          ^~
    1 error. See: finops config explain version

    """),
  Fault(
    "a number beyond all numbers",
    """
    version: 1
    fleet: {name: prod}
    thresholds: {idle_power_factor: 1e400}

    """,
    """
    finops.yaml:3:33: error: 'idle_power_factor: 1e400' must be a factor from 1 to 100
        3 | thresholds: {idle_power_factor: 1e400}
          |                                 ^~~~~
    1 error. See: finops config explain thresholds.idle_power_factor

    """),
  Fault(
    "no where true or false belongs",
    """
    version: 1
    fleet: {name: prod}
    alerts:
      channels:
        - {name: ops, type: webhook, url: https://example.com, secret: {env: S}, allow_private: no}

    """,
    """
    finops.yaml:5:93: error: 'allow_private: no' must be true or false
        5 |  ops, type: webhook, url: https://example.com, secret: {env: S}, allow_private: no}
          |                                                                                 ^~
    1 error. See: finops config explain alerts.channels.allow_private

    """),
  Fault(
    "an unknown kind of pool",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:
      - {name: chat, kind: servng, match: {cloud: aws}}

    """,
    """
    finops.yaml:7:24: error: 'kind: servng' must be one of serving, batch, dev, training, unlabelled
        7 |   - {name: chat, kind: servng, match: {cloud: aws}}
          |                        ^~~~~~ did you mean 'serving'?
    1 error. See: finops config explain pools.kind

    """),
  Fault(
    "an unknown mode",
    """
    version: 1
    fleet: {name: prod, mode: yolo}

    """,
    """
    finops.yaml:2:27: error: 'mode: yolo' must be one of observe, advise, approve, auto
        2 | fleet: {name: prod, mode: yolo}
          |                           ^~~~
    1 error. See: finops config explain fleet.mode

    """),
  Fault(
    "a minimum above the maximum",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:
      - {name: chat, kind: dev, nodes: 6..0}

    """,
    """
    finops.yaml:7:36: error: 'nodes: 6..0' has its minimum above its maximum
        7 |   - {name: chat, kind: dev, nodes: 6..0}
          |                                    ^~~~ did you mean '0..6'?
    1 error. See: finops config explain pools.nodes

    """),
  Fault(
    "nodes that are no range",
    """
    version: 1
    fleet: {name: prod}
    clouds:
      aws: {type: aws, regions: [us-east-1]}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:
      - {name: chat, kind: dev, nodes: 1-6}

    """,
    """
    finops.yaml:7:36: error: 'nodes: 1-6' must be a number of nodes or a range such as 0..6
        7 |   - {name: chat, kind: dev, nodes: 1-6}
          |                                    ^~~
    1 error. See: finops config explain pools.nodes

    """),
  Fault(
    "a target without its port",
    """
    version: 1
    fleet: {name: prod}
    collectors:
      - {type: dcgm, targets: [gpu01]}

    """,
    """
    finops.yaml:4:28: error: 'targets[0]: gpu01' needs a port: write gpu01:9400
        4 |   - {type: dcgm, targets: [gpu01]}
          |                            ^~~~~
    1 error. See: finops config explain collectors.targets

    """),
  Fault(
    "a target that is a web address",
    """
    version: 1
    fleet: {name: prod}
    collectors:
      - type: dcgm
        targets: ["http://gpu01:9400/metrics"]

    """,
    """
    finops.yaml:5:15: error: 'targets[0]: http://gpu01:9400/metrics' must be host:port, without http://
        5 |     targets: ["http://gpu01:9400/metrics"]
          |               ^~~~~~~~~~~~~~~~~~~~~~~~~~~
    1 error. See: finops config explain collectors.targets

    """),
  Fault(
    "a target given twice",
    """
    version: 1
    fleet: {name: prod}
    collectors:
      - {type: dcgm, targets: ["gpu01:9400", "gpu01:9400"]}

    """,
    """
    finops.yaml:4:42: error: target 'gpu01:9400' is given twice
        4 |   - {type: dcgm, targets: ["gpu01:9400", "gpu01:9400"]}
          |                                          ^~~~~~~~~~~~
    1 error. See: finops config explain collectors.targets

    """),
  Fault(
    "a targets file that is not there",
    """
    version: 1
    fleet: {name: prod}
    collectors:
      - {type: dcgm, targets_file: no-such-file.txt}

    """,
    """
    finops.yaml:4:32: error: there is no file 'no-such-file.txt'
        4 |   - {type: dcgm, targets_file: no-such-file.txt}
          |                                ^~~~~~~~~~~~~~~~ one host:port a line; an empty file will do for now
    1 error. See: finops config explain collectors.targets_file

    """),
  Fault(
    "a collector with nothing to scrape",
    """
    version: 1
    fleet: {name: prod}
    collectors:
      - {type: dcgm}

    """,
    """
    finops.yaml:4:5: error: a collector needs 'targets' or 'targets_file'
        4 |   - {type: dcgm}
          |     ^
    1 error. See: finops config explain collectors.targets

    """),
  Fault(
    "a timeout longer than the interval",
    """
    version: 1
    fleet: {name: prod}
    collectors:
      - {type: dcgm, targets: ["gpu01:9400"], every: 10s, timeout: 11s}

    """,
    """
    finops.yaml:4:64: error: the timeout of 11s is longer than every 10s
        4 |   - {type: dcgm, targets: ["gpu01:9400"], every: 10s, timeout: 11s}
          |                                                                ^~~ a target is asked again only after its answer: use at most 10s
    1 error. See: finops config explain collectors.timeout

    """),
  Fault(
    "an unknown time zone",
    """
    version: 1
    fleet: {name: prod, timezone: Europe/Berln}

    """,
    """
    finops.yaml:2:31: error: this machine knows no time zone 'Europe/Berln'
        2 | fleet: {name: prod, timezone: Europe/Berln}
          |                               ^~~~~~~~~~~~ did you mean 'Europe/Berlin'?
    1 error. See: finops config explain fleet.timezone

    """),
  Fault(
    "an unknown currency",
    """
    version: 1
    fleet: {name: prod, currency: EUR}

    """,
    """
    finops.yaml:2:31: error: 'currency: EUR' must be 'USD'
        2 | fleet: {name: prod, currency: EUR}
          |                               ^~~
    1 error. See: finops config explain fleet.currency

    """),
  Fault(
    "a name other systems would refuse",
    """
    version: 1
    fleet: {name: My Fleet}

    """,
    """
    finops.yaml:2:15: error: 'name: My Fleet' must be lower-case letters, digits and hyphens, at most 63
        2 | fleet: {name: My Fleet}
          |               ^~~~~~~~
    1 error. See: finops config explain fleet.name

    """),
]
