public import FleetModel
import Planner
import Ports

/// How a spot launch that names no zone chooses one: by an instant fleet of one machine, in which
/// EC2 picks among several types and zones by price and spare capacity.
///
/// CreateFleet takes its network and storage from a launch template; only the type, the place and
/// the image are ours. Every other launch goes through RunInstances, which asks for exactly one
/// kind of machine in one place: its error says what there is none of.
public struct FleetLaunch: Sendable, Hashable {
  /// A launch template's id, "lt-…", or its name.
  public var template: String
  /// A number, "$Default" or "$Latest".
  public var version: String
  /// Zones, or subnets ("subnet-…"), to choose among; at least one.
  public var places: [String]
  /// Types that may stand in for the one that is asked for.
  public var alternatives: [InstanceType: [InstanceType]]

  public init(
    template: String, version: String = "$Default", places: [String],
    alternatives: [InstanceType: [InstanceType]] = [:]
  ) {
    self.template = template
    self.version = version
    self.places = places
    self.alternatives = alternatives
  }

  /// Whether this launch is left to a fleet; the same for the same action, so that a repeat is.
  func takes(_ spec: LaunchSpec) -> Bool {
    spec.capacity == .spot && spec.zone == nil && spec.subnet == nil && !places.isEmpty
  }
}

extension AWSCall {
  /// EC2 takes at most 300 overrides in an instant fleet.
  static let mostOverrides = 300

  /// Exactly one instance out of several offers; `token` makes a repeat give the same one.
  static func createFleet(
    _ spec: LaunchSpec, by launch: FleetLaunch, token: String, tags: [String: String]
  ) -> AWSCall {
    let config = "LaunchTemplateConfigs.1."
    let template = launch.template.hasPrefix("lt-") ? "LaunchTemplateId" : "LaunchTemplateName"
    var form = [
      AWSParameter("ClientToken", token),
      AWSParameter("SpotOptions.AllocationStrategy", "price-capacity-optimized"),
      AWSParameter(config + "LaunchTemplateSpecification." + template, launch.template),
      AWSParameter(config + "LaunchTemplateSpecification.Version", launch.version),
    ]
    let types = [spec.type] + (launch.alternatives[spec.type] ?? [])
    let offers = types.flatMap { type in launch.places.map { (type, $0) } }
    for (index, offer) in offers.prefix(mostOverrides).enumerated() {
      let override = config + "Overrides.\(index + 1)."
      let place = offer.1.hasPrefix("subnet-") ? "SubnetId" : "AvailabilityZone"
      form.append(AWSParameter(override + "InstanceType", offer.0.rawValue))
      form.append(AWSParameter(override + place, offer.1))
      form.append(AWSParameter(override + "ImageId", spec.image))
    }
    form += [
      AWSParameter("TargetCapacitySpecification.TotalTargetCapacity", "1"),
      AWSParameter("TargetCapacitySpecification.DefaultTargetCapacityType", "spot"),
      AWSParameter("Type", "instant"),
    ]
    return AWSCall(
      "CreateFleet", .make,
      form: form + tagSpecification(1, resource: "instance", tags: tags))
  }
}

struct CreateFleetReply: Decodable, Sendable {
  var errorSet: EC2List<Failure>?
  var fleetInstanceSet: EC2List<Made>?
  var requestId: String

  struct Failure: Decodable, Sendable {
    var errorCode: String?
    var errorMessage: String?
  }

  struct Made: Decodable, Sendable { var instanceIds: EC2List<String>? }

  var node: NodeID? {
    (fleetInstanceSet?.items ?? []).flatMap { $0.instanceIds?.items ?? [] }.first
      .map { NodeID($0) }
  }

  /// Why there is no machine, though the answer is a success: one error an offer that failed.
  ///
  /// Any that had none makes it "none there", since other offers may have some; only when a limit
  /// of the account is all that was said is it the limit.
  var refusal: ActuateError {
    let failures = errorSet?.items ?? []
    let kinds = failures.map { AWSVerdict.kind(ofCode: $0.errorCode ?? "") }
    let order: [ActFailure.Kind] = [.capacity, .quota, .auth, .unsupported, .throttled]
    let kind =
      failures.isEmpty ? .capacity : order.first { kinds.contains($0) } ?? .invalid
    let place = kinds.firstIndex { $0 == kind } ?? 0
    let first = failures.isEmpty ? nil : failures[place]
    let codes = Set(failures.compactMap(\.errorCode)).sorted().joined(separator: ", ")
    let failure = ActFailure(
      kind: kind, code: first?.errorCode ?? "UnfulfilledFleet",
      message: "\(first?.errorMessage ?? "no machine came")"
        + (failures.count > 1 ? " (of \(failures.count) offers: \(codes))" : ""))
    return kind == .throttled ? .retryLater(after: nil, failure) : .refused(failure)
  }
}
