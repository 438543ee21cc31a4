import Clouds
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// What is sent, held against the facts of azure-mgmt-compute where they are.
@Suite struct AzureOperationTests {
  /// Everything an actuator can look at and be told to do, at machines, instances and sets.
  static func everything() async -> [HTTPRequest] {
    var sent: [HTTPRequest] = []
    for groups in [[], ["fleet"]] {
      let transport = EchoTransport()
      let actuator = azureActuator(transport, groups: groups)
      _ = try? await actuator.inventory()
      _ = try? await actuator.observe("fleet/gpu" as NodeID)
      for node in ["fleet/gpu", "fleet/workers_1"] as [NodeID] {
        _ = try? await actuator.observe(node)
        for intent in Intent.allCases where intent != .launch {
          _ = try? await actuator.carryOut(Action(token: "t", intent: intent, node: node))
        }
      }
      for capacity in CapacityType.allCases {
        var spec = azureSpec
        (spec.capacity, spec.zone) = (capacity, "1")
        _ = try? await actuator.carryOut(azureLaunch("t", spec, tags: [Tag.pool: "p"]))
      }
      _ = try? await actuator.observe("vmss/fleet/workers" as WorkloadID)
      _ = try? await actuator.carryOut(
        AzureScenarioTests.scale("vmss/fleet/workers", to: 2, .scaleUp))
      sent += transport.requests
    }
    return sent
  }

  private struct Facts: Decodable {
    var operations: [Fact]
    struct Fact: Decodable {
      var group: String
      var op: String
      var method: String
      var url: String
      var query: [String]
      var headers: [String]
      var apiVersion: String
    }
  }

  /// In azure-mgmt-compute and not among the facts: its client calls the fake's in another test.
  static let beside: Set = ["/virtualMachineScaleSets GET", "operation"]

  @Test(
    .enabled(
      if: SharedFiles.exists("specs/azure/azure.compute.operations.json"),
      "the facts of Azure's operations are not here"))
  func `Every request has a method, path, query, headers and version of the vendor's client`()
    async throws
  {
    let url = try #require(SharedFiles.url("specs/azure/azure.compute.operations.json"))
    let facts = try JSONDecoder().decode(Facts.self, from: Data(contentsOf: url)).operations
    var met: Set<String> = []
    for request in await Self.everything() {
      let parts = try #require(URLComponents(string: request.url))
      guard !Self.isBeside(request, parts) else { continue }
      let fact = try #require(
        facts.first { $0.method == request.method && Self.matches($0.url, parts.path) },
        "\(request.method) \(parts.path)")
      met.insert("\(fact.group).\(fact.op)")
      let query = parts.queryItems ?? []
      #expect(query.allSatisfy { fact.query.contains($0.name) }, "\(query)")
      #expect(query.first { $0.name == "api-version" }?.value == fact.apiVersion)
      let headers = request.headers.map(\.name).filter { $0 != "Authorization" && $0 != "Accept" }
      #expect(headers.allSatisfy { fact.headers.contains($0) }, "\(headers) \(fact.op)")
    }
    #expect(met.count == 16, "\(met.sorted())")
  }

  private static func isBeside(_ request: HTTPRequest, _ parts: URLComponents) -> Bool {
    if parts.path.contains("/operations/") { return true }
    // Azure Monitor's; its client is another.
    if parts.path.contains("/providers/Microsoft.Insights/") { return true }
    return request.method == "GET"
      && parts.path
        == "/subscriptions/\(azureSubscription)/providers/Microsoft.Compute/virtualMachineScaleSets"
  }

  /// Letter for letter: what the vendor accepts without case, a proxy may not.
  private static func matches(_ template: String, _ path: String) -> Bool {
    let (wanted, seen) = (template.split(separator: "/"), path.split(separator: "/"))
    return wanted.count == seen.count
      && zip(wanted, seen).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }

  @Test func `The permissions are those of the calls that can be made`() async throws {
    let folder = SharedFiles.packageRoot.appending(path: "Sources/Clouds/Azure")
    let source = try String(
      contentsOf: folder.appending(path: "AzureRequests.swift"), encoding: .utf8)
    let called = Set(source.matches(of: /"((?:[A-Z]\w*)_[A-Z]\w*)"/).map { String($0.1) })
    #expect(called.count == 19)
    #expect(Set(CloudCapabilities.azure.permissions.flatMap(\.calls)) == called)
    // The rest of the folder names no call but the price list's, which needs no permission.
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    for file in files
    where !["AzureRequests.swift", "AzureCapabilities.swift"].contains(
      file.lastPathComponent)
    {
      let text = try String(contentsOf: file, encoding: .utf8)
      let calls = text.matches(of: /CloudCall\(\s*"(\w+)"/).map { String($0.1) }
      #expect(calls.allSatisfy { $0 == "RetailPrices_List" }, "\(file.lastPathComponent)")
    }
  }

  @Test func `The role to observe holds no action that changes anything`() throws {
    let azure = CloudCapabilities.azure
    let observe = azure.policy(azure.permissions(forActing: false))
    let auto = azure.policy(azure.permissions(forActing: true))
    struct Role: Decodable {
      var Name: String
      var IsCustom: Bool
      var Actions: [String]
      var AssignableScopes: [String]
    }
    let looking = try JSONDecoder().decode(Role.self, from: Data(observe.utf8))
    let acting = try JSONDecoder().decode(Role.self, from: Data(auto.utf8))
    #expect(looking.IsCustom && looking.Actions.allSatisfy { $0.hasSuffix("/read") })
    #expect(Set(acting.Actions).isSuperset(of: looking.Actions))
    #expect(acting.Actions.contains("Microsoft.Compute/virtualMachines/deallocate/action"))
    #expect(!acting.Actions.contains { $0.lowercased().contains("poweroff") || $0.contains("*") })
    #expect(looking.AssignableScopes == ["/subscriptions/SUBSCRIPTION"])
  }

  @Test func `I14: nothing that can be sent creates anything but a tagged machine`() async throws {
    let sent = await Self.everything()
    let puts = sent.filter { $0.method == "PUT" }
    #expect(!puts.isEmpty)
    for put in puts {
      #expect(put.headers.contains(HTTPField("If-None-Match", "*")))
      #expect(put.url.contains("/virtualMachines/finops-t?"))
      let text = String(decoding: put.body, as: UTF8.self)
      #expect(text.contains(#""finops-fleet":"f""#) && text.contains(#""finops-intent":"t""#))
    }
    let others = sent.filter { $0.method == "POST" }.compactMap {
      URLComponents(string: $0.url)?.path.split(separator: "/").last.map(String.init)
    }
    #expect(Set(others) == ["start", "deallocate", "delete"])
  }
}
