public import FleetModel
import Ports
import Synchronization

/// An Auto Scaling group of the fake account.
struct FakeGroup: Sendable {
  var name: String
  var bounds: ClosedRange<Int>
  var desired: Int
  var type: String
  var zones: [String]
  var spot: Bool
  var tags: [String: String]
  var createdAt: Timestamp
  /// Ids of its machines, oldest first.
  var members: [String] = []
  /// How many machines it has ever begun, to take its zones in turn.
  var begun = 0
  /// Members that are protected from scale-in.
  var protected: Set<String> = []
  /// Names of scaling policies, and whether they are on.
  var policies: [String: Bool] = [:]
  /// What its number counts: "units", "vcpu" or "memory-mib".
  var desiredType: String?
  /// What a machine of a type counts, where it is not one.
  var weights: [String: Int] = [:]

  /// AWS puts it on every member.
  static let memberTag = "aws:autoscaling:groupName"
}

extension FakeRegion {
  /// A group keeps its number: what ended otherwise is replaced, what is too much is ended.
  mutating func keepGroups(at now: Timestamp) {
    for name in groups.keys.sorted() {
      guard var group = groups[name] else { continue }
      let lost = group.members.filter { !isServing($0, at: now) }
      group.members.removeAll { lost.contains($0) }
      // One that was stopped is ended: a group has no stopped members.
      for id in lost { instances[id].map { terminate($0, at: now) } }
      while group.members.count > group.desired, let last = group.members.popLast() {
        instances[last].map { terminate($0, at: now) }
      }
      while group.members.count < group.desired, let id = begin(&group, at: now) {
        group.members.append(id)
        launched.append(id)
      }
      groups[name] = group
    }
  }

  private func isServing(_ id: String, at now: Timestamp) -> Bool {
    guard let state = instances[id]?.state(at: now) else { return false }
    return state == .pending || state == .running
  }

  /// A machine in the next zone that has any; nil when it is sold out in all.
  private mutating func begin(_ group: inout FakeGroup, at now: Timestamp) -> String? {
    for turn in group.zones.indices {
      let zone = group.zones[(group.begun + turn) % group.zones.count]
      guard hasCapacity(type: group.type, zone: zone) else { continue }
      group.begun += 1
      var tags = group.tags
      tags[FakeGroup.memberTag] = group.name
      let wish = Wish(
        image: "ami-0group", type: group.type, zone: zone, count: 1, token: "", spot: group.spot,
        reserved: false, tags: tags)
      return make(wish, at: now)
    }
    return nil
  }
}

extension FakeEC2 {
  /// Puts a group there, its machines running.
  public func add(
    group name: String, type: InstanceType, bounds: ClosedRange<Int>, desired: Int,
    zones: [String] = [], spot: Bool = false, tags: [String: String]
  ) {
    let now = time.now()
    let launched = state.withLock { state in
      let places = zones.isEmpty ? ["a", "b"].map { state.region.name + $0 } : zones
      state.region.groups[name] = FakeGroup(
        name: name, bounds: bounds, desired: desired, type: type.rawValue, zones: places,
        spot: spot, tags: tags, createdAt: now)
      state.region.keepGroups(at: now)
      defer { state.region.launched = [] }
      return state.region.launched
    }
    welcome(launched)
  }

  /// Protects a member from scale-in, or no longer.
  public func protect(_ node: NodeID, in group: String, _ isProtected: Bool = true) {
    state.withLock { state in
      if isProtected {
        state.region.groups[group]?.protected.insert(node.rawValue)
      } else {
        state.region.groups[group]?.protected.remove(node.rawValue)
      }
    }
  }

  /// Gives a group a scaling policy of its own.
  public func addPolicy(_ name: String, to group: String, isOn: Bool = true) {
    state.withLock { $0.region.groups[group]?.policies[name] = isOn }
  }

  /// What the group's number counts from now on.
  public func count(_ group: String, in unit: String? = nil, weights: [String: Int] = [:]) {
    state.withLock { state in
      state.region.groups[group]?.desiredType = unit
      state.region.groups[group]?.weights = weights
    }
  }

  /// How many machines a group was last asked for; nil when there is no such group.
  public func desired(of group: String) -> Int? {
    state.withLock { $0.region.groups[group]?.desired }
  }

  /// The machines of a group, oldest first.
  public func members(of group: String) -> [NodeID] {
    let now = time.now()
    return state.withLock { state in
      state.region.keepGroups(at: now)
      return (state.region.groups[group]?.members ?? []).map { NodeID($0) }
    }
  }
}
