import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing
import Yams

@testable import Clouds

/// The calls the code can make against the access it asks for.
@Suite struct KubernetesPermissionTests {
  /// Every call there is, one of each kind.
  static var calls: [CloudCall] {
    get throws {
      let requests = KubernetesRequests(server: "http://127.0.0.1:1")
      let node = try KubernetesInterruptionTests.node(#""spec": {}"#)
      let pod = KubePod(metadata: node.metadata, status: nil)
      let claim = KubeMetadata.Owner(kind: "NodeClaim", name: "c", uid: "u", controller: nil)
      let names = KubeKind.allCases.map { KubeName($0, $0 == .nodepool ? "" : "a", "b") }
      return [
        requests.listNodes(after: nil), requests.listNodes(after: "t"),
        requests.watchNodes(since: "1"), requests.node("n"), requests.cordon(node, token: "t"),
        requests.cordon(node, token: nil), requests.deleteNode(node),
        requests.deleteNodeClaim(claim), requests.pods(on: "n", after: nil), requests.evict(pod),
        requests.autoscalers(in: "a", after: nil), requests.autoscalers(in: nil, after: nil),
        requests.nodeClaim(claim),
        requests.setLimit(names[2], to: 1, version: "1"),
      ]
        + names.flatMap { name in
          [
            requests.workloads(name.kind, in: nil, labels: "a=b", after: nil),
            requests.workload(name),
          ]
        }
        + names.prefix(2).flatMap { name in
          [
            requests.workloads(name.kind, in: "a", labels: "a=b", after: nil),
            requests.scale(name), requests.setScale(name, to: 2, version: "1"),
          ]
        }
    }
  }

  @Test func `What is asked for is what is called, no more and no less`() throws {
    let asked = Set(CloudCapabilities.kubernetes.permissions.flatMap(\.calls))
    #expect(asked == Set(try Self.calls.map(\.operation)))
  }

  @Test func `To observe, nothing is asked for that changes anything`() throws {
    let looks = CloudCapabilities.kubernetes.permissions(forActing: false)
    let verbs = Set(looks.compactMap { $0.name.split(separator: " ").first })
    #expect(verbs == ["get", "list", "watch"])
    let changes = Set(try Self.calls.filter(\.mutates).map(\.operation))
    let acts = CloudCapabilities.kubernetes.permissions.filter(\.acts)
    #expect(changes.isSubset(of: Set(acts.flatMap(\.calls))))
  }

  private struct Role: Decodable {
    var kind: String
    var rules: [Rule]
    struct Rule: Decodable {
      var apiGroups: [String]
      var resources: [String]
      var verbs: [String]
    }

    /// Every "VERB RESOURCE" it allows.
    var allowed: Set<String> {
      Set(
        rules.flatMap { rule in
          rule.verbs.flatMap { verb in
            rule.resources.map { resource -> String in
              let halves = resource.split(separator: "/").map(String.init)
              let group = rule.apiGroups[0].isEmpty ? "" : "." + rule.apiGroups[0]
              return "\(verb) \(halves[0])\(group)" + (halves.count > 1 ? "/" + halves[1] : "")
            }
          }
        })
    }
  }

  @Test(arguments: [false, true])
  func `The ClusterRole allows exactly that`(acting: Bool) throws {
    let cloud = CloudCapabilities.kubernetes
    let permissions = cloud.permissions(forActing: acting)
    let role = try YAMLDecoder().decode(Role.self, from: cloud.policy(permissions))
    #expect(role.kind == "ClusterRole")
    #expect(role.allowed == Set(permissions.map(\.name)))
    #expect(role.rules.allSatisfy { $0.apiGroups.count == 1 && $0.resources.count == 1 })
  }
}
