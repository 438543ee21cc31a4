import FleetModel
import Planner

extension Schema {
  /// What a pool may say beyond its nodes and its idleness.
  static let poolRules: [Field] = [
    Field(
      "scaling", .object(RuleKeys.scaling.map(\.field)),
      "How a serving pool follows its demand; without it the pool keeps its minimum."),
    ladder, forecast,
    Field("spot", .object(spot), "Where spot capacity is bought, and what happens without it."),
    Field(
      "fallback", .list(.leaf(.text("a pool")), minimum: 1),
      "Pools that take over when this one can get nothing, in this order."),
    Field(
      "max_price", .leaf(.nodePrice),
      "No node dearer than this is launched; $/gpu-h where the GPUs of the launch type are known."
    ),
    Field(
      "priority", .leaf(.count(0...1000)), standard: "0",
      "Which pool gives way when money is short: the lower number first."),
    Field(
      "critical", .leaf(.flag), standard: "false",
      "Budgets stop neither its growth nor keep it from on-demand."),
    longJob, localDisks,
    Field("disruption", .object(disruption), "How much of the pool may be disrupted at once."),
    Field("schedule", .list(.object(schedule)), "Limits for times that come again."),
  ]

  static let ladder = Field(
    "ladder", .object(RuleKeys.ladder.map(\.field)),
    "Steps before and after the idle act; each time counts from the beginning of idleness.")

  static let forecast = Field(
    "forecast", .either(.flag, .object(RuleKeys.forecast.map(\.field))), standard: "false",
    "Keeps what this time of the week usually needs; true takes the defaults.")

  static let longJob = Field(
    "long_job", .leaf(.duration(.minutes(1) ... .days(30))),
    "A node at work for longer is in a long job: an idle time after it must last a tenth of it.")

  static let localDisks = Field(
    "local_disks", .leaf(.choice(LocalDiskRule.allCases.map(\.rawValue))), standard: "keep",
    "Whether a stop may erase disks inside the machine: nodes that have any are stopped with lost.")

  static let spot: [Field] =
    [
      Field(
        "offerings", .list(.object(offering), minimum: 1), required: true,
        "Places spot capacity is bought at, the nearest first."),
      Field(
        "on_demand", .object(place),
        "What is bought when no spot is worth it; the pool's `launch` when that is on-demand."),
      Field(
        "overflow", .list(.leaf(.text("a pool")), minimum: 1), "Another name of `pools.fallback`."),
    ] + RuleKeys.spot.map(\.field)

  /// A launch; what is missing is the pool's `launch`'s.
  static let place: [Field] = [
    Field("region", .leaf(.text("a region")), "The region; that of `launch` otherwise."),
    Field("zone", .leaf(.text("a zone such as us-east-1a")), "The availability zone."),
    Field(
      "type", .leaf(.text("a type such as g5.xlarge")),
      "The machine type; that of `launch` otherwise."),
    Field(
      "image", .leaf(.text("an image such as ami-0abc")),
      "The machine image; that of `launch` in the same region."),
    Field("subnet", .leaf(.text("a subnet such as subnet-0abc")), "The subnet."),
  ]

  static let offering: [Field] =
    [Field("name", .leaf(.text("a name")), "Its name; zone/type otherwise.")] + place + [
      Field(
        "share", .leaf(.positiveShare),
        "The spot price as a share of the on-demand price; from `prices` otherwise.")
    ]

  static let disruption: [Field] = [
    Field(
      "budgets", .list(.object(disruptionBudget), minimum: 1), required: true,
      "They hold together: the least of those in force counts.")
  ]

  static let disruptionBudget: [Field] =
    [
      Field(
        "nodes", .leaf(.nodesOrShare), required: true, "How many may be disrupted at once."),
      Field(
        "reasons",
        .list(.leaf(.choice(DisruptionBudget.Cause.allCases.map(\.rawValue))), minimum: 1),
        "Which causes it limits; all without it."),
      Field("schedule", .leaf(.cron), "When it begins to hold; always without it."),
    ] + window

  static let schedule: [Field] =
    [
      Field("name", .leaf(.text("a name")), "Its name in explanations; its cron text otherwise."),
      Field("cron", .leaf(.cron), required: true, "When it begins, on the clocks of `timezone`."),
      Field("nodes", .leaf(.nodes), "The pool's limits in this time, as 4 or 0..6."),
      Field("protect", .leaf(.flag), standard: "false", "Nothing shrinks in this time."),
    ] + window

  private static let window: [Field] = [
    Field(
      "duration", .leaf(.duration(.minutes(1) ... .days(31))),
      "How long it holds, in time that passes: clocks that are changed do not alter it."),
    Field(
      "until", .leaf(.timeOfDay),
      "Holds until clocks show this time next, instead of a duration."),
    Field(
      "timezone", .leaf(.text("an IANA time zone such as Europe/Berlin")),
      "The fleet's otherwise."),
    Field(
      "except", .leaf(.text("a list of holidays")),
      "Days on which it does not begin: `holidays`, or the name of one of its lists."),
    Field("only", .leaf(.text("a list of holidays")), "Days on which alone it begins."),
  ]

  static let budget: [Field] =
    [
      Field("name", .leaf(.name), required: true, "The budget's name."),
      Field(
        "monthly", .leaf(.money(per: "month", example: "$30000")), required: true,
        "The money for one calendar month of UTC."),
      Field("pools", .list(.leaf(.text("a pool")), minimum: 1), "The pools it pays for."),
      Field(
        "match", .object(match),
        "The pools it pays for, by what their own `match` says; all pools without either."),
    ] + RuleKeys.budget.map(\.field)

  static let spend: [Field] = [
    Field(
      "hourly_cap", .leaf(.hourly),
      "Everything that runs, launches and is about to launch, together.")
  ]

  static let commitment: [Field] = [
    Field("name", .leaf(.text("a name")), required: true, "Its name."),
    Field("cloud", .leaf(.text("a cloud")), required: true, "A name from `clouds`."),
    Field("type", .leaf(.text("a type such as g5.xlarge")), "The machine type; any without it."),
    Field("region", .leaf(.text("a region")), "The region; any without it."),
    Field(
      "count", .leaf(.count(1...mostCommitted)), standard: "1", "How many machines it covers."),
    Field("hourly", .leaf(.hourly), required: true, "What each costs an hour, used or not."),
    Field("until", .leaf(.moment), "When it ends, in UTC; a day means its beginning."),
  ]

  /// As many as nodes can be asked for.
  private static let mostCommitted = Leaf.mostNodes

  static let api: [Field] = [
    Field("token", .secret, "The token that routes which change something ask for.")
  ]
}
