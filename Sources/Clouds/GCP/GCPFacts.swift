import FleetModel
import Planner
import Ports
import Synchronization

/// What machine types and templates are, asked once and kept for a while.
///
/// Every entry ends: a cache that did not once showed nodes that were long gone
/// (karpenter-aws#9479).
final class GCPFacts: Sendable {
  private struct Entry<Value: Sendable>: Sendable {
    var value: Value?
    var until: Timestamp
  }

  private let types = Mutex<[String: Entry<Int>]>([:])
  private let templates = Mutex<[String: Entry<GCPTemplate>]>([:])
  private let api: GCPCalls
  private let time: any TimeSource

  /// A type's hardware does not change; a day bounds what a wrong answer can do.
  static let typeLifetime = Duration.hours(24)
  /// A template never changes, but another one of its name may be made.
  static let templateLifetime = Duration.hours(1)

  init(api: GCPCalls, time: any TimeSource) {
    self.api = api
    self.time = time
  }

  /// How many GPUs a type has; nil when it can not be had, and its nodes are then never called idle.
  func accelerators(of type: InstanceType, in zone: String) async -> Int? {
    let now = time.now()
    let key = "\(zone)/\(type)"
    if let known = types.withLock({ $0[key] }), known.until > now { return known.value }
    do throws(ActuateError) {
      let machine = try GCPMachine(type)
      let call = api.requests.machineType(machine.name, in: zone)
      let count = try await api.look(call, as: GCPMachineType.self)?.acceleratorCount
      let entry = Entry(value: count, until: now.advanced(by: Self.typeLifetime))
      types.withLock { types in
        types = types.filter { $0.value.until > now }
        types[key] = entry
      }
      return count
    } catch { return nil }
  }

  /// The template a group's machines are made after; nil where it is regional or gone.
  func template(of group: GCPGroupReply) async throws(ActuateError) -> GCPTemplate? {
    guard let name = group.templateName else { return nil }
    let now = time.now()
    if let known = templates.withLock({ $0[name] }), known.until > now { return known.value }
    let template = try await api.look(api.requests.template(name), as: GCPTemplate.self)
    let entry = Entry(value: template, until: now.advanced(by: Self.templateLifetime))
    templates.withLock { templates in
      templates = templates.filter { $0.value.until > now }
      templates[name] = entry
    }
    return template
  }
}
