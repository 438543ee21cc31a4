import Clouds
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Failures that others had with what they sent, by their number in the list of incidents.
@Suite struct EC2IncidentTests {
  /// Everything an actuator can be told to do, in every market, and everything it can look at.
  private func everything() async -> [[String: String]] {
    let transport = ScriptedTransport([])
    let actuator = actuator(transport)
    var acts = Intent.allCases.filter { $0 != .launch }.map {
      Action(token: "t", intent: $0, node: "i-1")
    }
    for market in CapacityType.allCases {
      var spec = launchSpec
      spec.capacity = market
      spec.subnet = "subnet-1"
      acts.append(Action(token: "t", intent: .launch, launch: spec, tags: [Tag.pool: "p"]))
    }
    for act in acts { _ = try? await actuator.carryOut(act) }
    _ = try? await actuator.inventory()
    _ = try? await actuator.observe("i-1")
    return transport.forms
  }

  static let changes: Set = [
    "RunInstances", "StartInstances", "StopInstances", "TerminateInstances",
  ]
  static let looks: Set = [
    "DescribeInstances", "DescribeInstanceTypes", "DescribeInstanceAttribute",
  ]
  /// What a launch says, without numbers: one instance and its volume, and the tags of both.
  static let launchNames: Set = [
    "Action", "Version", "ImageId", "InstanceType", "MinCount", "MaxCount", "ClientToken",
    "SubnetId", "Placement.AvailabilityZone", "InstanceMarketOptions.MarketType",
    "CapacityReservationSpecification.CapacityReservationPreference",
    "TagSpecification.ResourceType", "TagSpecification.Tag.Key", "TagSpecification.Tag.Value",
  ]

  @Test func `I14: nothing that can be sent creates anything but instances and their tags`()
    async throws
  {
    let forms = await everything()
    #expect(Set(forms.compactMap { $0["Action"] }).isSuperset(of: Self.changes))
    for form in forms {
      let action = try #require(form["Action"])
      #expect(Self.changes.union(Self.looks).contains(action))
      guard action == "RunInstances" else { continue }
      let names = form.keys.map { name in
        name.split(separator: ".").filter { Int($0) == nil }.joined(separator: ".")
      }
      #expect(Set(names).subtracting(Self.launchNames).isEmpty)
      let kinds = form.filter { $0.key.hasSuffix("ResourceType") }.map(\.value)
      #expect(Set(kinds) == ["instance", "volume"])
      #expect(form["MaxCount"] == "1" && form["ClientToken"] == "t")
    }
  }

  @Test func `I14: the sources know no call but these`() throws {
    let folder = SharedFiles.packageRoot.appending(path: "Sources/Clouds/AWS/EC2")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    let text = try files.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    let called = Set(text.matches(of: /AWSCall\(\s*"(\w+)"/).map { String($0.1) })
    // CreateFleet makes one instance too: FleetLaunchTests.
    #expect(called == Self.changes.union(Self.looks).union(["CreateFleet"]))
  }

  @Test(arguments: [Intent.scaleDown, .scaleUp])
  func `I10: a number of instances is never set: each is named by its id`(
    intent: Intent
  ) async throws {
    let transport = ScriptedTransport([])
    let action = Action(token: "t", intent: intent, node: "i-1")
    await #expect(throws: ActuateError.self) { try await actuator(transport).carryOut(action) }
    #expect(transport.requests.isEmpty)
    for form in await everything() where form["Action"] == "TerminateInstances" {
      #expect(form.filter { $0.key.hasPrefix("InstanceId") } == ["InstanceId.1": "i-1"])
    }
  }
}
