import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@Suite struct FakeEC2Tests {
  @Test(.enabled(if: PythonJudge.has("boto3"), "boto3 is not installed"), .timeLimit(.minutes(3)))
  func `boto3 finds nothing wrong with it`() async throws {
    let lag = FakeEC2.Lag(
      start: .milliseconds(200), stop: .milliseconds(200), end: .milliseconds(200),
      visibility: .zero)
    let cloud = FakeEC2(lag: lag, time: RealTime())
    cloud.sellOut([.init("p5.48xlarge")])
    let endpoint = try await cloud.start()
    let script = SharedFiles.packageRoot.appending(path: "Tests/DemoFleetTests/Tools/judge_ec2.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path, endpoint], limit: 120)
    await cloud.stop()
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(cloud.instances(ofToken: "one").count == 1)
  }

  @Test func `States end when their time has come, and not before`() async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(lag: FakeEC2.Lag(), time: time)
    let endpoint = try await cloud.start()
    let node = cloud.add(type: "g5.xlarge", tags: [:], launchedAt: time.now())
    _ = try await ask(endpoint, "Action=StopInstances&InstanceId.1=\(node)")
    time.advance(by: .milliseconds(4999))
    #expect(cloud.state(of: node) == .stopping)
    time.advance(by: .milliseconds(1))
    #expect(cloud.state(of: node) == .stopped)
    await cloud.stop()
  }

  @Test func `A new machine is not listed before its time`() async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(lag: FakeEC2.Lag(visibility: .seconds(60)), time: time)
    let endpoint = try await cloud.start()
    let run = "Action=RunInstances&ImageId=ami-1&InstanceType=g5.xlarge&MinCount=1&MaxCount=1"
    _ = try await ask(endpoint, run + "&ClientToken=t")
    let node = try #require(cloud.instances(ofToken: "t").first)
    let look = "Action=DescribeInstances&InstanceId.1=\(node)"
    #expect(try await ask(endpoint, look).text.contains("InvalidInstanceID.NotFound"))
    time.advance(by: .seconds(60))
    #expect(try await ask(endpoint, look).status == 200)
    await cloud.stop()
  }

  @Test func `A terminated machine is listed for an hour`() async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(lag: .none, time: time)
    let endpoint = try await cloud.start()
    let node = cloud.add(type: "g5.xlarge", tags: [:], launchedAt: time.now())
    _ = try await ask(endpoint, "Action=TerminateInstances&InstanceId.1=\(node)")
    time.advance(by: .minutes(59))
    #expect(try await ask(endpoint, "Action=DescribeInstances").text.contains(node.rawValue))
    time.advance(by: .minutes(1))
    #expect(try await ask(endpoint, "Action=DescribeInstances").text.contains("<reservationSet/>"))
    await cloud.stop()
  }

  @Test func `What is sold out in one zone can be had in another`() async throws {
    let cloud = FakeEC2(lag: .none, time: VirtualTime())
    cloud.sellOut([.init("g5.xlarge", zone: "us-east-1a")])
    let endpoint = try await cloud.start()
    let run = "Action=RunInstances&ImageId=ami-1&InstanceType=g5.xlarge&MinCount=1&MaxCount=1"
    let here = try await ask(endpoint, run)
    #expect(here.status == 500 && here.text.contains("InsufficientInstanceCapacity"))
    let there = try await ask(endpoint, run + "&Placement.AvailabilityZone=us-east-1b")
    #expect(there.status == 200)
    await cloud.stop()
  }

  @Test(arguments: [
    ("Action=DescribeInstances&MaxResults=4", "InvalidParameterValue"),
    ("Action=DescribeInstances&MaxResults=1001", "InvalidParameterValue"),
    ("Action=Nonsense", "InvalidAction"), ("Action=StopInstances", "MissingParameter"),
    ("Action=DescribeInstances&Bogus=1", "UnknownParameter"),
    ("Action=DescribeInstanceTypes&InstanceType.1=p99.x", "InvalidInstanceType"),
    ("Action=DescribeInstances&Action=StopInstances", "InvalidRequest"),
    ("Action=Describe%ZZ", "InvalidRequest"),
  ])
  func `A wrong request is refused in EC2's envelope`(form: String, code: String) async throws {
    let cloud = FakeEC2(lag: .none, time: VirtualTime())
    let endpoint = try await cloud.start()
    let reply = try await ask(endpoint, form)
    #expect(reply.status == 400)
    #expect(reply.text.contains("<Response><Errors><Error><Code>\(code)</Code>"))
    await cloud.stop()
  }

  @Test func `Every call is remembered with its end`() async throws {
    let cloud = FakeEC2(lag: .none, time: VirtualTime())
    let endpoint = try await cloud.start()
    _ = try await ask(endpoint, "Action=DescribeInstances")
    _ = try await ask(endpoint, "Action=StopInstances&InstanceId.1=i-1")
    await cloud.stop()
    #expect(cloud.calls().map(\.action) == ["DescribeInstances", "StopInstances"])
    #expect(cloud.calls("StopInstances").first?.error == "InvalidInstanceID.Malformed")
  }
}
