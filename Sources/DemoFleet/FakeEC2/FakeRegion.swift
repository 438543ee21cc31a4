import FleetModel

/// The state of the fake cloud: machines, remembered tokens, what is sold out. A value; every
/// answer is a function of it, the form and the moment.
struct FakeRegion: Sendable {
  var name: String
  var lag: FakeEC2.Lag
  var instances: [String: FakeInstance] = [:]
  /// Tokens stay after the machines they made are gone.
  var tokens: [String: (fingerprint: String, ids: [String])] = [:]
  /// Of CreateFleet, with the answers they were given.
  var fleets: [String: (fingerprint: String, answer: [FakeXML])] = [:]
  var soldOut: Set<FakeEC2.Offer> = []
  /// Types the account may have no more of.
  var overQuota: Set<String> = []
  var groups: [String: FakeGroup] = [:]
  /// Access keys and when they end; nil: nobody looks at who signed.
  var keys: [String: Timestamp]?
  var made = 0
  /// Names taken by a launch, for the demo to give the machine a place on the network.
  var launched: [String] = []

  init(name: String, lag: FakeEC2.Lag) {
    self.name = name
    self.lag = lag
  }

  /// EC2 goes on listing terminated machines for about an hour.
  static let afterlife = Duration.hours(1)

  struct Refusal: Error {
    var code: String
    var message: String
    var status = 400
  }

  mutating func answer(
    _ action: String, _ form: inout FakeForm, for service: FakeQuery, by key: String?,
    at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    let isOpen = service == .sts && action == "AssumeRoleWithWebIdentity"
    if !isOpen, let refused = refusal(of: key, for: service, at: now) { throw refused }
    settle(at: now)
    let content =
      switch service {
      case .ec2: try answerEC2(action, &form, at: now)
      case .autoScaling: try answerScaling(action, &form, at: now)
      case .sts: try answerSTS(action, &form, by: key, at: now)
      }
    settle(at: now)
    return content
  }

  /// What happens by itself: old machines are forgotten, groups keep their numbers.
  private mutating func settle(at now: Timestamp) {
    instances = instances.filter { entry in
      guard let end = entry.value.terminatedAt else { return true }
      return now.duration(since: end) < Self.afterlife
    }
    keepGroups(at: now)
  }

  private mutating func answerEC2(
    _ action: String, _ form: inout FakeForm, at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    switch action {
    case "DescribeInstances": return try describe(&form, at: now)
    case "DescribeInstanceTypes": return try describeTypes(&form)
    case "DescribeInstanceAttribute": return try describeAttribute(&form, at: now)
    case "RunInstances": return try run(&form, at: now)
    case "CreateFleet": return try createFleet(&form, at: now)
    case "StartInstances":
      return try change(&form, at: now) { region, instance throws(Refusal) in
        try region.start(instance, at: now)
      }
    case "StopInstances":
      return try change(&form, at: now) { region, instance throws(Refusal) in
        try region.stop(instance, at: now)
      }
    case "TerminateInstances":
      return try change(&form, at: now) { region, instance throws(Refusal) in
        try region.refuseProtected(instance, "disableApiTermination", "terminated")
        region.terminate(instance, at: now)
      }
    default: throw Self.noSuch(action)
    }
  }

  static func noSuch(_ action: String) -> Refusal {
    Refusal(
      code: "InvalidAction", message: "The action \(action) is not valid for this web service.")
  }

  /// The last checks before a request may have an effect.
  func admit(_ form: inout FakeForm) throws(Refusal) {
    let dry = form.take("DryRun")
    if let name = form.unknown {
      throw Refusal(code: "UnknownParameter", message: "The parameter \(name) is not recognized")
    }
    guard dry == nil || dry == "true" || dry == "false" else {
      throw Refusal(code: "InvalidParameterValue", message: "Invalid value for DryRun")
    }
    if dry == "true" {
      throw Refusal(
        code: "DryRunOperation", message: "Request would have succeeded, but DryRun flag is set.",
        status: 412)
    }
  }

  /// The machines of these ids, all or none, as EC2 does it.
  func find(_ ids: [String], at now: Timestamp) throws(Refusal) -> [FakeInstance] {
    if let bad = ids.first(where: { !Self.isWellFormed($0) }) {
      throw Refusal(
        code: "InvalidInstanceID.Malformed", message: "Invalid id: \"\(bad)\"")
    }
    let missing = ids.filter { id in instances[id].map { $0.visibleAt > now } ?? true }
    guard missing.isEmpty else {
      let names = missing.joined(separator: ", ")
      let text = missing.count == 1 ? "instance ID '\(names)' does" : "instance IDs '\(names)' do"
      throw Refusal(code: "InvalidInstanceID.NotFound", message: "The \(text) not exist")
    }
    return ids.compactMap { instances[$0] }
  }

  private static func isWellFormed(_ id: String) -> Bool {
    let digits = id.dropFirst(2)
    return id.hasPrefix("i-") && (digits.count == 8 || digits.count == 17)
      && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }
}
