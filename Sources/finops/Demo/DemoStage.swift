import Clouds
import Controller
import CurlTransport
import CostModel
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import Simulator

/// The fleet a demo shows: the generator's or a recording's, up and answering.
struct DemoStage: Sendable {
  var fleet: DemoFleet
  /// The clouds beside AWS; nil where only AWS was asked for.
  var others: DemoClouds?
  /// What its users want of it.
  var activity: any ActivitySource
  var settings: DemoSettings
  var clock: ScaledTime
  /// How long the recording is; nil for the generator, which never ends.
  var length: Duration?
  var against: String

  /// Waits until the fleet's clock begins to run.
  func curtain() async {
    let left = clock.origin.duration(since: SystemTime().now())
    if left > .zero { try? await SystemTime().sleep(for: left) }
  }

  /// Opens the stage with a receiver for its alerts, both to be stopped by the caller.
  static func raise(
    _ command: DemoCommand, folder: String
  ) async throws -> (stage: DemoStage, receiver: AlertReceiver) {
    try DemoSettings.writeKeys(to: folder)
    let secret = try String(
      contentsOf: URL(filePath: folder + "/demo-webhook-secret"), encoding: .utf8)
    let receiver = AlertReceiver(secret: secret) { alert in tell("  alert  \(alert)") }
    let url = try await receiver.start()
    return (try await open(command, folder: folder, alertURL: url), receiver)
  }

  /// Somebody with made-up keys who calls an EC2 about this fleet.
  func caller(of endpoint: String, over transport: CurlTransport) -> EC2Actuator {
    EC2Actuator(
      cloud: "aws", region: settings.region, endpoint: endpoint,
      credentials: { () async throws(ActuateError) in
        AWSCredentials(accessKeyID: "AKIADEMO", secretAccessKey: Secret("demo"))
      },
      fleet: settings.fleet, transport: transport, time: SystemTime())
  }

  /// Opens the stage for what was asked for.
  static func open(_ command: DemoCommand, folder: String, alertURL: String?) async throws
    -> DemoStage
  {
    // The fleet's clock begins to run when everything stands: nothing of a recording is missed.
    // Whole seconds: the origin is also written down, for a controller in another process.
    let wall = SystemTime().now().microseconds / 1_000_000
    let origin = Timestamp(seconds: wall + (command.cloudEndpoint == nil ? 2 : 15))
    let clock = ScaledTime(origin: origin, speed: command.speed)
    let (plan, activity, pools, length, against) = try cast(command, origin: origin)
    let fleet = DemoFleet(plan, activity: activity, time: clock)
    let endpoints: DemoEndpoints
    do throws(DemoError) { endpoints = try await fleet.start() } catch {
      tell("finops: the demo fleet did not start: \(error)")
      throw Exit.failed
    }
    let others = try await otherClouds(command, plan, fleet, clock)
    let text = others.map { others in
      DemoCloudText(
        places: others.places, hasAWS: command.cloudKinds.contains(.aws), folder: folder,
        speed: command.speed)
    }
    try text?.writeKeys()
    let targets = folder + "/demo-targets"
    let lines = (endpoints.targets.map(\.target) + (others?.clouds.targets ?? [])).map { "\($0)" }
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: targets, atomically: true, encoding: .utf8)
    let settings = DemoSettings(
      fleet: plan.fleet, region: plan.region, ec2: command.cloudEndpoint ?? endpoints.ec2,
      targetsFile: targets, pools: pools, alertURL: alertURL, listen: command.listen,
      folder: folder,
      // A recording has a value a minute: four readings of each are no better than two.
      every: command.replay == nil ? "15s" : "30s", others: text,
      isRecorded: command.replay != nil)
    return DemoStage(
      fleet: fleet, others: others?.clouds, activity: activity, settings: settings, clock: clock,
      length: length,
      against: against)
  }

  /// What else was asked for, up and furnished; the fleet's own port is closed where that fails.
  private static func otherClouds(
    _ command: DemoCommand, _ plan: DemoFleetPlan, _ fleet: DemoFleet, _ clock: ScaledTime
  ) async throws -> (clouds: DemoClouds, places: [DemoCloudPlace])? {
    guard command.cloudKinds != [.aws] else { return nil }
    let clouds = DemoClouds(
      Set(command.cloudKinds), fleet: plan.fleet, time: clock, faults: fleet.faults)
    if command.cloudKinds.contains(.aws) { clouds.furnish(fleet.ec2) }
    do throws(DemoError) { return (clouds, try await clouds.start()) } catch {
      await fleet.stop()
      tell("finops: the demo's clouds did not start: \(error)")
      throw Exit.failed
    }
  }

  /// Machines with metrics.
  var machineCount: Int {
    fleet.endpoints().targets.count + (others?.targets.count ?? 0)
  }

  /// Closes every port of the stage.
  func close() async {
    await fleet.stop()
    await others?.stop()
  }

  private typealias Cast = (
    DemoFleetPlan, any ActivitySource, [DemoSettings.Pool], Duration?, String
  )

  private static func cast(_ command: DemoCommand, origin: Timestamp) throws -> Cast {
    let faults = try command.faults.map(faultPlan) ?? FaultPlan()
    guard command.cloudKinds.contains(.aws) else { return elsewhere(faults) }
    guard let file = command.replay else { return generated(command.seed, origin, faults) }
    do throws(Replay.Failure) {
      return recorded(
        try Replay.read(file: file, start: origin, acceleratorsPerNode: command.gpusPerNode),
        faults)
    } catch {
      tell("finops: \(file): \(error)")
      throw Exit.failed
    }
  }

  private static func generated(
    _ seed: UInt64, _ origin: Timestamp, _ faults: FaultPlan
  ) -> Cast {
    let shape = DemoFleetShape.standard
    let pools = shape.pools.map {
      DemoSettings.Pool(
        name: $0.name, kind: $0.kind, type: $0.type, hourly: $0.price.hourly,
        minimum: $0.minimumNodes)
    }
    // The simulator's own ids, running since yesterday: its history goes on live.
    let plan = DemoFleetPlan(shape, launchedAt: origin.advanced(by: .days(-1)), faults: faults)
    return (plan, DemoActivity(shape: shape, seed: seed), pools, nil, "the demo fleet")
  }

  /// A fleet that is in other clouds only.
  private static func elsewhere(_ faults: FaultPlan) -> Cast {
    let plan = DemoFleetPlan(fleet: DemoFleetShape.standard.fleet, nodes: [], faults: faults)
    let nobody = DemoActivity(shape: DemoFleetShape.standard, seed: 0)
    return (plan, nobody, [], nil, "the demo fleet")
  }

  private static func recorded(_ recording: RecordedActivity, _ faults: FaultPlan) -> Cast {
    // AWS on demand, Linux, us-east-1: one L40S for $1.861 an hour (AWS price list, 2026-07-20).
    let type: InstanceType = "g6e.xlarge"
    let nodes = (0..<recording.nodeCount).map {
      DemoNode(
        name: "replay-\($0 + 1)", pool: "replay", type: type,
        accelerators: recording.acceleratorsPerNode)
    }
    let pool = DemoSettings.Pool(
      name: "replay", kind: .dev, type: type,
      hourly: HourlyRate(perHour: Money(nanos: 1_861_000_000)), minimum: 0)
    let plan = DemoFleetPlan(fleet: "replay", nodes: nodes, faults: faults)
    return (plan, recording, [pool], recording.length, "a recorded fleet")
  }

  private static func faultPlan(_ file: String) throws -> FaultPlan {
    do {
      return try JSONDecoder().decode(
        FaultPlan.self, from: try Data(contentsOf: URL(filePath: file)))
    } catch {
      tell("finops: \(file) is not a fault plan: \(error)")
      throw Exit.failed
    }
  }
}
