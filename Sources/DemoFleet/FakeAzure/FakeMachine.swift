import FleetModel

/// Something that turns into another state by itself when its time has come.
struct Turning: Sendable, Hashable {
  private var state: String
  private var next: String?
  private var at: Timestamp?

  init(_ state: String) { self.state = state }

  func state(at moment: Timestamp) -> String {
    guard let next, let at, at <= moment else { return state }
    return next
  }

  /// When it became what it is, where it turned into that by itself.
  func turned(by moment: Timestamp) -> Timestamp? { at.flatMap { $0 <= moment ? $0 : nil } }

  mutating func turn(_ now: String, then end: String, at moment: Timestamp) {
    (state, next, at) = (now, end, moment)
  }
}

/// A virtual machine of the fake, or an instance of one of its scale sets.
struct FakeMachine: Sendable {
  var id: String
  var name: String
  var location: String
  var zones: [String] = []
  var tags: [String: String]
  var type: String
  var isSpot = false
  var created: Timestamp
  var vmID: String
  /// What its PUT asked for.
  var asked: ARMValue = .object([:])
  /// Of a scale set's instance.
  var instance: String?
  /// Of a scale set's instance: protectFromScaleIn and protectFromScaleSetActions.
  var protections: Set<String> = []
  /// The flexible scale set it belongs to, by its whole id.
  var set: String?
  /// Lists do not know it before.
  var visibleAt: Timestamp
  /// It is gone from here on.
  var goneAt: Timestamp?
  /// "running", …; empty while there is none.
  var power: Turning
  var provisioning: Turning
  /// Why it could not be made.
  var fault: (code: String, message: String)?

  /// As its description says it, without its states.
  func described(at now: Timestamp, withView: Bool) -> ARMValue {
    var properties = asked["properties"]?.members ?? [:]
    properties["osProfile"] = nil
    properties["hardwareProfile"] = ["vmSize": .text(type)]
    properties["vmId"] = .text(vmID)
    properties["provisioningState"] = .text(provisioning.state(at: now))
    properties["timeCreated"] = .text(Self.azureTime(created))
    if isSpot { properties["priority"] = "Spot" }
    if let set { properties["virtualMachineScaleSet"] = ["id": .text(set)] }
    if !protections.isEmpty {
      properties["protectionPolicy"] = .object(
        Dictionary(
          uniqueKeysWithValues: ["protectFromScaleIn", "protectFromScaleSetActions"].map {
            ($0, .bool(protections.contains($0)))
          }))
    }
    if withView { properties["instanceView"] = view(at: now) }
    var all: [String: ARMValue] = [
      "id": .text(id), "name": .text(name), "location": .text(location),
      "tags": ARMValue(tags), "properties": .object(properties),
      "type": instance == nil
        ? "Microsoft.Compute/virtualMachines"
        : "Microsoft.Compute/virtualMachineScaleSets/virtualMachines",
    ]
    if !zones.isEmpty { all["zones"] = .list(zones.map { .text($0) }) }
    if let instance {
      all["instanceId"] = .text(instance)
      all["sku"] = ["name": .text(type), "tier": "Standard"]
    }
    return .object(all)
  }

  /// Only the states, as statusOnly gives them.
  func statuses(at now: Timestamp) -> ARMValue {
    [
      "id": .text(id), "name": .text(name), "location": .text(location),
      "type": "Microsoft.Compute/virtualMachines",
      "properties": [
        "vmId": .text(vmID), "provisioningState": .text(provisioning.state(at: now)),
        "instanceView": view(at: now),
      ],
    ]
  }

  func view(at now: Timestamp) -> ARMValue {
    let state = provisioning.state(at: now).lowercased()
    var first: [String: ARMValue] = [
      "code": .text("ProvisioningState/\(state)"), "level": "Info",
      "displayStatus": .text("Provisioning \(state)"),
      // Azure gives a time to this state and none to that of power (kubernetes/kubernetes#92257).
      "time": .text(Self.azureTime(provisioning.turned(by: now) ?? created)),
    ]
    if state == "failed", let fault {
      first["code"] = .text("ProvisioningState/failed/\(fault.code)")
      first["level"] = "Error"
      first["message"] = .text(fault.message)
    }
    let power = power.state(at: now)
    guard !power.isEmpty else { return ["statuses": [.object(first)]] }
    return [
      "statuses": [
        .object(first),
        [
          "code": .text("PowerState/\(power)"), "level": "Info",
          "displayStatus": .text("VM \(power)"),
        ],
      ]
    ]
  }

  /// "2026-11-21T01:02:38.0000000+00:00".
  static func azureTime(_ moment: Timestamp) -> String {
    moment.description.dropLast() + ".0000000+00:00"
  }
}

/// A setting that keeps a scale set's number.
struct FakeAutoscale: Sendable {
  var name: String
  var group: String
  /// The whole id of what it sizes.
  var target: String
  var isOn: Bool
}

struct FakeScaleSet: Sendable {
  var id: String
  var name: String
  var location: String
  var tags: [String: String]
  var type: String
  var isSpot: Bool
  var capacity: Int
  var provisioning: Turning
  var members: [FakeMachine] = []
  var nextInstance = 0

  func described(at now: Timestamp) -> ARMValue {
    [
      "id": .text(id), "name": .text(name), "location": .text(location), "tags": ARMValue(tags),
      "type": "Microsoft.Compute/virtualMachineScaleSets",
      "sku": ["name": .text(type), "tier": "Standard", "capacity": .int(capacity)],
      "properties": [
        "provisioningState": .text(provisioning.state(at: now)), "singlePlacementGroup": false,
        "orchestrationMode": "Uniform", "overprovision": false,
        "virtualMachineProfile": ["priority": isSpot ? "Spot" : "Regular"],
      ],
    ]
  }

  func listed(at now: Timestamp) -> [FakeMachine] {
    members.filter { $0.goneAt.map { $0 > now } ?? true }
  }
}
