import FleetModel

/// Who sets a group's number, where it is not ours to set.
extension ScalingGroup {
  /// A clause for `Workload.numberOwner`; nil: nobody but us.
  ///
  /// - Parameter policies: the group's scaling policies; nil: they may not be looked at.
  func numberOwner(_ policies: [ScalingPolicy]?) -> String? {
    if let clause = tagOwner { return clause }
    if let unit { return "it counts \(unit), not machines" }
    guard let policies else {
      return "whether a scaling policy sets it can not be seen; allow autoscaling:DescribePolicies"
    }
    return policies.filter(\.acts).map(\.name).min().map { "its scaling policy \($0) sets it" }
  }

  /// Node groups and capacity providers mark the groups they keep.
  private var tagOwner: String? {
    let tags = tagged
    if let owner = EC2Owners.owner(of: tags) { return "\(owner.phrase) sets it" }
    if tags["k8s.io/cluster-autoscaler/enabled"] != nil { return "the Cluster Autoscaler sets it" }
    if tags["AmazonECSManaged"] != nil { return "an ECS capacity provider sets it" }
    return nil
  }

  /// What the number counts, where it does not count machines.
  ///
  /// A group of weights 2 that is asked for 3 has two machines (YelpArchive/clusterman#22).
  private var unit: String? {
    if let desiredType, desiredType != "units" { return desiredType }
    let weights = mixed?.launchTemplate?.overrides?.items.compactMap(\.weight) ?? []
    return weights.allSatisfy { $0 == "1" } ? nil : "weights"
  }

  /// One more machine is one more.
  var countsMachines: Bool { unit == nil }

  struct Mixed: Decodable, Sendable {
    var launchTemplate: Template?
    enum CodingKeys: String, CodingKey { case launchTemplate = "LaunchTemplate" }
  }

  struct Template: Decodable, Sendable {
    var overrides: AWSMembers<Override>?
    enum CodingKeys: String, CodingKey { case overrides = "Overrides" }
  }

  struct Override: Decodable, Sendable {
    var weight: String?
    enum CodingKeys: String, CodingKey { case weight = "WeightedCapacity" }
  }
}

/// A group's own rule for its number.
struct ScalingPolicy: Decodable, Sendable {
  var group: String
  var name: String
  var enabled: Bool?
  var predictive: Predictive?

  enum CodingKeys: String, CodingKey {
    case group = "AutoScalingGroupName"
    case name = "PolicyName"
    case enabled = "Enabled"
    case predictive = "PredictiveScalingConfiguration"
  }

  struct Predictive: Decodable, Sendable {
    var mode: String?
    enum CodingKeys: String, CodingKey { case mode = "Mode" }
  }

  /// Changes the number: one that is off, or only forecasts, does not.
  var acts: Bool { enabled != false && predictive?.mode != "ForecastOnly" }
}

struct DescribePoliciesReply: Decodable, Sendable {
  var result: Page

  struct Page: Decodable, Sendable {
    var policies: AWSMembers<ScalingPolicy>?
    var next: String?

    enum CodingKeys: String, CodingKey {
      case policies = "ScalingPolicies"
      case next = "NextToken"
    }
  }

  enum CodingKeys: String, CodingKey { case result = "DescribePoliciesResult" }
}

struct DescribeMembersReply: Decodable, Sendable {
  var result: Page

  struct Page: Decodable, Sendable {
    var members: AWSMembers<Member>?
    enum CodingKeys: String, CodingKey { case members = "AutoScalingInstances" }
  }

  struct Member: Decodable, Sendable {
    var id: String
    var isProtected: Bool?

    enum CodingKeys: String, CodingKey {
      case id = "InstanceId"
      case isProtected = "ProtectedFromScaleIn"
    }
  }

  enum CodingKeys: String, CodingKey { case result = "DescribeAutoScalingInstancesResult" }
}
