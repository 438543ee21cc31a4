import Clouds
import CurlTransport
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// The account actuator, signing through libcurl, against moto with authentication enforced.
@Suite(
  .serialized, .enabled(if: PythonJudge.has("moto.server", "flask"), "moto[server] is not here"),
  .timeLimit(.minutes(5)))
struct AWSMotoTests {
  private struct Account {
    var moto: Peer
    var key: String
    var secret: String

    func actuator(secret other: String? = nil, at endpoint: String? = nil) -> AWSActuator {
      account(
        CurlTransport(TransportOptions(version: "test")), endpoint: endpoint ?? moto.endpoint,
        key: key, secret: other ?? secret)
    }
  }

  private static func tool(_ name: String) -> String {
    SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/\(name)").path
  }

  /// A moto that checks every signature, with one user and one group in it.
  private func withMoto(_ body: (Account) async throws -> Void) async throws {
    let moto = try await Peer.moto(["INITIAL_NO_AUTH_ACTION_COUNT": "4"])
    defer { moto.stop() }
    let made = try await PythonJudge.aside(
      [PythonJudge.python, Self.tool("moto_user.py"), moto.endpoint], limit: 60)
    let words = made.output.split { $0.isWhitespace }.map(String.init)
    try #require(words.count == 2, "\(made.errors)")
    let group = try await PythonJudge.aside(
      [PythonJudge.python, Self.tool("moto_group.py"), moto.endpoint, words[0], words[1]],
      limit: 60)
    try #require(group.status == 0, "\(group.errors)")
    try await body(Account(moto: moto, key: words[0], secret: words[1]))
  }

  /// moto ignores ClientToken, starts terminated instances and has no lag.
  @Test func `It conforms, and a wrong secret is told apart`() async throws {
    try await withMoto { account in
      let actuator = account.actuator()
      let identity = try await actuator.identity()
      #expect(identity.arn.hasSuffix(":user/finops"))
      let nodes = ActuatorConformance(
        actuator, launching: launchSpec,
        cloud: .init(honoursTokens: false, refusesLateStart: false))
      #expect(await nodes.violations(tokens: "moto") == [])
      let replicas = WorkloadConformance(
        actuator, scaling: "asg/gpu", stranger: "asg/nobody")
      #expect(await replicas.violations() == [])
      // moto would take 9 of at most 4: the bounds are checked here.
      let beyond = await failure(of: actuator, scale("asg/gpu", to: 9))
      #expect(beyond?.refusal?.code == "OutOfBounds")
      let stranger = account.actuator(secret: "wrong")
      #expect(await failure(of: stranger, stop("i-1"))?.refusal?.kind == .auth)
      #expect(await failure(of: stranger, scale("asg/gpu", to: 1))?.refusal?.kind == .auth)
    }
  }

  @Test func `A member leaves through its group, and a fleet gives one machine`() async throws {
    try await withMoto { account in
      let actuator = account.actuator()
      _ = try await actuator.carryOut(scale("asg/gpu", to: 3))
      let members = try await actuator.inventory().nodes
      #expect(members.count == 3)
      let victim = try #require(members.first)
      #expect(await failure(of: actuator, stop(victim.id))?.refusal?.kind == .unsupported)
      _ = try await actuator.carryOut(Action(token: "t", intent: .terminate, node: victim.id))
      #expect(try await actuator.observe(WorkloadID("asg/gpu"))?.desired == 2)
      #expect(try await actuator.observe(victim.id)?.state.isLive != true)
      var spot = launch
      spot.launch?.capacity = .spot
      spot.launch?.zone = nil
      let node = try #require(try await actuator.carryOut(spot).node)
      let seen = try await actuator.observe(node)
      #expect(seen?.capacity == .spot && seen?.tags[Tag.intent] == spot.token)
    }
  }

  @Test func `What is Karpenter's or protected stays, and the idle twin is stopped`() async throws {
    try await withMoto { account in
      let made = try await PythonJudge.aside(
        [
          PythonJudge.python, Self.tool("moto_facts.py"), account.moto.endpoint, account.key,
          account.secret,
        ], limit: 60)
      let ids = made.output.split { $0.isWhitespace }.map { NodeID(String($0)) }
      try #require(ids.count == 5, "\(made.errors)")
      let (theirs, kept, share, twin, member) = (ids[0], ids[1], ids[2], ids[3], ids[4])
      let actuator = account.actuator()
      #expect(await failure(of: actuator, stop(theirs))?.refusal?.code == "Owned")
      #expect(await failure(of: actuator, stop(kept))?.refusal?.code == "Protected")
      let end = Action(token: "t", intent: .terminate, node: member)
      #expect(await failure(of: actuator, end)?.refusal?.code == "Protected")
      #expect(await failure(of: actuator, stop(twin)) == nil)
      let nodes = try await actuator.inventory().nodes
      func node(_ id: NodeID) -> Node? { nodes.first { $0.id == id } }
      #expect(node(theirs)?.state == .running && node(kept)?.state == .running)
      #expect(node(member)?.state == .running && node(twin)?.state == .stopped)
      #expect(node(share)?.acceleratorCount == 1)
      let disks = LocalDisks(gigabytes: 250, name: "instance store")
      #expect(node(twin)?.facts?.localDisks == disks)
      #expect(node(member)?.facts?.owner == NodeOwner(.autoScalingGroup, name: "gpu"))
      #expect(try await actuator.observe(WorkloadID("asg/gpu"))?.numberOwner == nil)
    }
  }

  /// microburst gives the Host another name and so signs anew itself, with the same keys.
  @Test(.enabled(if: PythonJudge.has("microburst"), "microburst is not installed"))
  func `Behind microburst a launch that is looked for before a repeat is one`() async throws {
    try await withMoto { account in
      let proxy = try await Peer.microburst(
        before: account.moto.endpoint,
        environment: ["AWS_ACCESS_KEY_ID": account.key, "AWS_SECRET_ACCESS_KEY": account.secret])
      defer { proxy.stop() }
      let actuator = account.actuator(at: proxy.endpoint)
      for (number, effect) in MicroburstTests.effects.enumerated() {
        try await proxy.rules(rule(for: "RunInstances", effect))
        var act = launch
        act.token = "burst-\(number)"
        #expect(await failure(of: actuator, act) != nil)
        // moto does not know the token; its list knows the tag.
        let found = try await actuator.inventory().nodes
        if !found.contains(where: { $0.tags[Tag.intent] == act.token }) {
          _ = try await actuator.carryOut(act)
        }
        let made = try await actuator.inventory().nodes.filter { $0.tags[Tag.intent] == act.token }
        #expect(made.count == 1, "\(effect)")
      }
    }
  }

  @Test(.enabled(if: PythonJudge.has("c7n"), "Cloud Custodian is not installed"))
  func `Cloud Custodian sees the machines we made, by their tag`() async throws {
    try await withMoto { account in
      let actuator = account.actuator()
      let node = try #require(try await actuator.carryOut(launch).node)
      let member = try #require(
        try await actuator.inventory().nodes.first { $0.id != node })
      try await withFolder { folder in
        let policy = """
          policies:
            - name: ours
              resource: aws.ec2
              filters:
                - "tag:finops-intent": \(launch.token)
            - name: fleet
              resource: aws.ec2
              filters:
                - "tag:finops-fleet": f
          """
        try Data(policy.utf8).write(to: URL(filePath: folder + "/policy.yml"))
        let outcome = try await PythonJudge.aside(
          [
            "env", "AWS_ENDPOINT_URL=\(account.moto.endpoint)",
            "AWS_ACCESS_KEY_ID=\(account.key)", "AWS_SECRET_ACCESS_KEY=\(account.secret)",
            "AWS_DEFAULT_REGION=us-east-1", PythonJudge.python, "-c",
            "from c7n.cli import main; main()", "run", "--cache-period", "0", "--region",
            "us-east-1", "-s", folder + "/out", folder + "/policy.yml",
          ], limit: 120)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try ids("ours", folder) == [node.rawValue])
        #expect(try ids("fleet", folder) == Set([node.rawValue, member.id.rawValue]))
      }
    }
  }

  private func ids(_ policy: String, _ folder: String) throws -> Set<String> {
    struct Found: Decodable { var InstanceId: String }
    let file = URL(filePath: "\(folder)/out/\(policy)/resources.json")
    let found = try JSONDecoder().decode([Found].self, from: Data(contentsOf: file))
    return Set(found.map(\.InstanceId))
  }
}

/// One of microburst's rules, once, for an operation.
func rule(for operation: String, _ effect: String) -> String {
  "[{\"operation\": \"\(operation)\", \"times\": 1, \(effect.dropFirst())]"
}
