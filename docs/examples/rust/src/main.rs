// SPDX-License-Identifier: BSD-2-Clause

//! Loads what build.rs linked, by libbpf. Loading needs root; others see that it opens. A program of
//! its own would take libbpf-rs or aya for this, which take these bytes as well.

use std::ffi::{c_char, c_int, c_void};
use std::process::exit;

#[link(name = "bpf")]
extern "C" {
    fn bpf_object__open_mem(data: *const c_void, size: usize, options: *const c_void) -> *mut c_void;
    fn bpf_object__load(object: *mut c_void) -> c_int;
    fn bpf_object__find_program_by_name(object: *const c_void, name: *const c_char) -> *mut c_void;
    fn bpf_object__close(object: *mut c_void);
    fn geteuid() -> u32;
}

static OBJECT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/app.bpf.o"));

fn main() {
    // SAFETY: the object is closed once, and not used behind that.
    unsafe {
        let object = bpf_object__open_mem(OBJECT.as_ptr().cast(), OBJECT.len(), std::ptr::null());
        if object.is_null() {
            exit(1);
        }
        if bpf_object__find_program_by_name(object, b"filter\0".as_ptr().cast()).is_null() {
            exit(1);
        }
        if geteuid() != 0 {
            println!("opened");
        } else if bpf_object__load(object) == 0 {
            println!("loaded");
        } else {
            exit(1);
        }
        bpf_object__close(object);
    }
}
