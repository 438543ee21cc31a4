import Clouds
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Terraform's AWS provider and our actuator on the same moto, each seeing what the other did.
@Suite struct TerraformTests {
  /// A folder of providers as `terraform init -plugin-dir` wants it: nothing is downloaded.
  static let plugins = ProcessInfo.processInfo.environment["FINOPS_TEST_TERRAFORM_PLUGINS"]
  static let isThere =
    plugins != nil && (try? PythonJudge.run(["terraform", "version"], limit: 30))?.status == 0
    && PythonJudge.has("moto.server", "flask")

  @Test(
    .enabled(if: isThere, "terraform, moto or FINOPS_TEST_TERRAFORM_PLUGINS is not there"),
    .timeLimit(.minutes(5)))
  func `We see what Terraform made, and it sees what we changed`() async throws {
    let moto = try await Peer.moto()
    defer { moto.stop() }
    try await withFolder { folder in
      try Data(Self.plan(moto.endpoint).utf8).write(to: URL(filePath: folder + "/main.tf"))
      try await terraform(folder, "init", "-plugin-dir=\(Self.plugins ?? "")")
      try await terraform(folder, "apply", "-auto-approve")
      let actuator = account(LoopbackClient(), endpoint: moto.endpoint)
      let inventory = try await actuator.inventory()
      let id = try await terraform(folder, "output", "-raw", "id")
      #expect(inventory.nodes.count == 2 && inventory.nodes.contains { $0.id.rawValue == id })
      #expect(inventory.workloads.map(\.id) == ["asg/gpu"])
      _ = try await actuator.carryOut(scale("asg/gpu", to: 2))
      try await terraform(folder, "apply", "-refresh-only", "-auto-approve")
      let shown = try await terraform(folder, "show")
      #expect(shown.contains(/desired_capacity\s+= 2/))
    }
  }

  @discardableResult
  private func terraform(_ folder: String, _ arguments: String...) async throws -> String {
    let unasked: [String: [String]] = ["output": [], "show": ["-no-color"]]
    let outcome = try await PythonJudge.aside(
      ["env", "-u", "TF_CLI_CONFIG_FILE", "CHECKPOINT_DISABLE=1", "terraform", "-chdir=\(folder)"]
        + arguments + (unasked[arguments[0]] ?? ["-no-color", "-input=false"]), limit: 200)
    try #require(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
    return outcome.output
  }

  private static func plan(_ endpoint: String) -> String {
    """
    terraform {
      required_providers {
        aws = { source = "hashicorp/aws" }
      }
    }
    provider "aws" {
      region                      = "us-east-1"
      access_key                  = "a"
      secret_key                  = "b"
      skip_credentials_validation = true
      skip_requesting_account_id  = true
      skip_metadata_api_check     = true
      endpoints {
        ec2         = "\(endpoint)"
        sts         = "\(endpoint)"
        autoscaling = "\(endpoint)"
      }
    }
    resource "aws_instance" "gpu" {
      ami           = "ami-12c6146b"
      instance_type = "g5.xlarge"
      tags          = { "finops-fleet" = "f" }
    }
    resource "aws_launch_template" "gpu" {
      name          = "gpu"
      image_id      = "ami-12c6146b"
      instance_type = "g5.xlarge"
    }
    resource "aws_autoscaling_group" "gpu" {
      name               = "gpu"
      min_size           = 0
      max_size           = 4
      desired_capacity   = 1
      availability_zones = ["us-east-1a"]
      launch_template {
        id      = aws_launch_template.gpu.id
        version = "$Latest"
      }
      tag {
        key                 = "finops-fleet"
        value               = "f"
        propagate_at_launch = true
      }
    }
    output "id" { value = aws_instance.gpu.id }
    """
  }
}
