import FleetModel

extension Schema {
  static let pool: [Field] =
    [
      Field("name", .leaf(.name), required: true, "The pool's name."),
      Field(
        "kind", .leaf(.choice(PoolKind.allCases.map(\.rawValue))), standard: "unlabelled",
        "What the nodes are for; it decides the idle window, and training is never stopped."),
      Field("mode", .leaf(mode), "How far finops may go here; the fleet's mode otherwise."),
      Field("match", .object(match), "Which nodes belong here; all that is given must hold."),
      Field(
        "nodes", .leaf(.nodes), standard: "no limits",
        "How many nodes are kept, as 4 or 0..6."),
      Field(
        "idle_duration", .leaf(.duration(.minutes(1) ... .days(7))),
        "How long a node is idle before it is acted on; the kind's window otherwise."),
      Field(
        "idle_action", .leaf(.choice(["stop", "terminate"])), standard: "stop",
        "What becomes of an idle node."),
      Field(
        "min_confidence", .leaf(.choice(Confidence.allCases.map(\.rawValue))), standard: "high",
        "How much evidence an idle verdict needs."),
      Field(
        "cooldown", .leaf(.duration(.zero ... .days(1))), standard: "10m",
        "How long a node is left alone after an act on it."),
      Field("launch", .object(launch), "How new nodes are made; without it the pool never grows."),
    ] + poolRules

  static let match: [Field] = [
    Field("cloud", .leaf(.text("a cloud")), "A name from `clouds`."),
    Field("types", .list(.leaf(.text("a type such as g5.xlarge")), minimum: 1), "Machine types."),
    Field(
      "workload", .leaf(.text("a workload such as deployment/default/chat")),
      "What has the pool's number of replicas: a scaling group, a deployment, an endpoint."),
    Field("tags", .map(.leaf(.text("a tag's value"))), "The cloud's tags and their values."),
  ]

  static let launch: [Field] = [
    Field("region", .leaf(.text("a region")), "The region; the cloud's only one otherwise."),
    Field("zone", .leaf(.text("a zone such as us-east-1a")), "The availability zone."),
    Field("type", .leaf(.text("a type such as g5.xlarge")), required: true, "The machine type."),
    Field("image", .leaf(.text("an image such as ami-0abc")), required: true, "The machine image."),
    Field("subnet", .leaf(.text("a subnet such as subnet-0abc")), "The subnet."),
    Field("capacity", .leaf(capacity), standard: "on-demand", "How the capacity is bought."),
  ]
}
