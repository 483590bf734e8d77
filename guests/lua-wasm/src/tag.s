# The exception that carries a longjmp. Weak: a libc that brings its own may keep it.
	.tagtype	__c_longjmp i32
	.weak	__c_longjmp
__c_longjmp:
