/// Four lines that are right, with two regions.
private let regional = """
  version: 1
  fleet: {name: prod}
  clouds: {aws: {type: aws, regions: [us-east-1, us-west-2]}}
  collectors: [{type: dcgm, targets: ["gpu01:9400"]}]

  """

private func offered(_ offerings: [String]) -> String {
  ruled + """
    pools:
      - name: chat
        kind: serving
        launch: {type: g5.xlarge, image: ami-1}
        spot:
          offerings:

    """ + offerings.map { "        - \($0)\n" }.joined()
}

/// Settings files with a fault, and exactly what is said of each.
let zoneFaults: [Fault] = [
  Fault(
    "two offerings of one zone",
    offered(["{zone: us-east-1a}", "{zone: us-east-1a}"]),
    """
    finops.yaml:13:18: error: the offering in line 12 takes these nodes too: they would count twice
       13 |         - {zone: us-east-1a}
          |                  ^~~~~~~~~~ remove one, or give it another zone
    1 error. See: finops config explain pools.spot.offerings.zone

    """),
  Fault(
    "an offering without a zone",
    offered(["{zone: us-east-1a, name: a}", "{name: b}"]),
    """
    finops.yaml:13:11: error: the offering in line 12 takes these nodes too: they would count twice
       13 |         - {name: b}
          |           ^ give each a zone of its own
    1 error. See: finops config explain pools.spot.offerings.zone

    """),
  Fault(
    "an offering with a zone after one without",
    offered(["{}", "{zone: us-east-1a}"]),
    """
    finops.yaml:13:18: error: the offering in line 12 takes these nodes too: they would count twice
       13 |         - {zone: us-east-1a}
          |                  ^~~~~~~~~~ give each a zone of its own
    1 error. See: finops config explain pools.spot.offerings.zone

    """),
  Fault(
    "two offerings without a zone",
    offered(["{}", "{}"]),
    """
    finops.yaml:13:11: error: the offering in line 12 takes these nodes too: they would count twice
       13 |         - {}
          |           ^ give each a zone of its own
    1 error. See: finops config explain pools.spot.offerings.zone

    """),
  Fault(
    "an offering with the name that another has by default",
    offered(["{zone: us-east-1a}", "{zone: us-east-1b, name: us-east-1a/g5.xlarge}"]),
    """
    finops.yaml:13:36: error: offering 'us-east-1a/g5.xlarge' has the name of the one in line 12
       13 |         - {zone: us-east-1b, name: us-east-1a/g5.xlarge}
          |                                    ^~~~~~~~~~~~~~~~~~~~ add a 'name' of its own
    1 error. See: finops config explain pools.spot.offerings.name

    """),
  Fault(
    "an offering in a zone of another region",
    regional + """
      pools:
        - name: chat
          kind: serving
          launch: {region: us-east-1, type: g5.xlarge, image: ami-1}
          spot: {offerings: [{zone: us-east-1a}, {zone: us-west-2a}]}

      """,
    """
    finops.yaml:8:39: warning: no price is known for g5.xlarge (on-demand): its cost cannot be weighed or reported
        8 |     launch: {region: us-east-1, type: g5.xlarge, image: ami-1}
          |                                       ^~~~~~~~~ add it to 'prices'
    finops.yaml:9:51: error: zone 'us-west-2a' is not in region 'us-east-1'
        9 |     spot: {offerings: [{zone: us-east-1a}, {zone: us-west-2a}]}
          |                                                   ^~~~~~~~~~ add 'region: us-west-2'
    1 error. See: finops config explain pools.spot.offerings.zone

    """),
  Fault(
    "a launch in a zone of a region that is not watched",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1, zone: eu-west-1b}

      """,
    """
    finops.yaml:9:51: error: zone 'eu-west-1b' is not in region 'us-east-1'
        9 |     launch: {type: g5.xlarge, image: ami-1, zone: eu-west-1b}
          |                                                   ^~~~~~~~~~ add 'region: eu-west-1', and to the regions of clouds.aws
    1 error. See: finops config explain pools.launch.zone

    """),
  Fault(
    "a place on demand whose region and zone differ",
    regional + """
      pools:
        - name: chat
          kind: serving
          launch: {region: us-east-1, type: g5.xlarge, image: ami-1}
          spot:
            offerings: [{zone: us-east-1a}]
            on_demand: {region: us-east-1, zone: us-west-2a}

      """,
    """
    finops.yaml:8:39: warning: no price is known for g5.xlarge (on-demand): its cost cannot be weighed or reported
        8 |     launch: {region: us-east-1, type: g5.xlarge, image: ami-1}
          |                                       ^~~~~~~~~ add it to 'prices'
    finops.yaml:11:44: error: zone 'us-west-2a' is not in region 'us-east-1'
       11 |       on_demand: {region: us-east-1, zone: us-west-2a}
          |                                            ^~~~~~~~~~ write 'region: us-west-2'
    1 error. See: finops config explain pools.spot.on_demand.zone

    """),
  Fault(
    "a region in a zone's place",
    ruled + """
      pools:
        - name: chat
          kind: serving
          launch: {type: g5.xlarge, image: ami-1, zone: us-east-1}

      """,
    """
    finops.yaml:9:51: error: 'us-east-1' is a region, not a zone
        9 |     launch: {type: g5.xlarge, image: ami-1, zone: us-east-1}
          |                                                   ^~~~~~~~~ write a zone such as us-east-1a
    1 error. See: finops config explain pools.launch.zone

    """),
]
